// The words and lines that the tasks "names" and "lines" learn where the visitor gives none. gatelab/training/tasks.py has the same.

/** Given names for the task "names", chosen by hand. */
export const NAMES = `Ada Alan Amal Amina Anna Anton Aria Ben Carla Carlos Chen Clara Dana David Diana Elena Elias Emil Emma Eva Fatima Felix Finn Grace Hana Hugo Ida Ines Iris
Ivan Jana Jonas Julia Karim Kira Lara Lena Leo Lina Lucas Luna Maria Marie Marta Mia Mila Mina Mira Nadia Nina Noah Nora Olga Omar Oscar Paula Pedro Rita Rosa
Samir Sara Sofia Tara Theo Tim Tina Vera Viktor Yara Yusuf Zara Zoe`.split(/\s+/);

/** Lines for the task "lines", written for it. */
export const LINES = `+ good and lovely
- the film is not clever
+ the film is not boring
- the story is not good
+ not a boring cast
- a dull film and an awful cast
+ the story is not bad
- a silly film and a boring cast
+ the end is clever and the music is funny
- the story is boring
+ the film is fresh and the end is funny
- i hate the cast
+ i love the story
- not a warm music
+ a fresh film and a warm music
- a cold film
+ not a boring film
- i hate the film
+ the music is funny and the film is clever
- boring and awful
+ funny and good
- the cast is boring and the music is silly
+ a warm story
- a silly film
+ a clever music
- an awful film and a cold cast
+ a lovely story and a fresh end
- the end is cold and the music is awful
+ a good story and a funny film
- cold and awful
+ i love the cast
- an awful film and a bad end
+ the music is funny and the story is fresh
- the cast is not fresh
+ a lovely cast and a good end
- i hate the story
+ a good end
- a bad music and an awful cast
+ not a dull music
- the music is silly
+ lovely and clever
- the film is not good
+ i love the film
- the end is not fresh
+ not a cold end
- the story is dull and the music is cold
+ clever and good
- the film is bad and the cast is silly
+ a clever music and a good end
- a boring end
+ the film is not silly
- i hate the music
+ not a dull story
- bad and silly
+ the cast is warm
- not a funny film
+ a funny cast
- boring and bad
+ the music is fresh
- the story is not clever
+ not a boring end
- the music is boring and the film is cold
+ a lovely music
- the film is awful and the cast is cold
+ the music is not bad
- the cast is not good
+ i love the music
- a silly story
+ a clever music and a lovely story
- silly and bad
+ the story is not silly
- i hate the end
+ fresh and good
- a bad film and a silly story
+ the story is lovely and the film is clever
- a cold end and a silly cast
+ the music is not boring
- the end is bad
+ the film is clever
- an awful story and a silly film`.split("\n");
