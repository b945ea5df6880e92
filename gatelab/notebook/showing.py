"""`gatelab.show`: which page shows what one has."""

from collections.abc import Callable, Sequence
from typing import Any

from torch import nn

from gatelab import holds, zoo
from gatelab.live.endpoint import LIMIT
from gatelab.live.stages import STAGES
from gatelab.naming import meant
from gatelab.networks import EncoderDecoder, Reader, Transformer
from gatelab.notebook import given, readers
from gatelab.notebook.frame import Shown
from gatelab.traces import AttentionTrace, Trace, trace
from gatelab.traces.shown import called, cut

READING = Reader | EncoderDecoder | Transformer


def show(
    what: Any, text: str | None = None, *, stage: str | None = None, height: int | None = None, encode: Callable[[str], Trace] | None = None, **chosen: Any
) -> Any:
    """A stage as the output of a notebook's cell. It asks for nothing: the notebook can be saved, mailed and put on the web, and the stage works there.

    Of a model that reads or writes text the network itself goes along, so one can type there. All else is a trace with fixed numbers; with `encode`
    what is typed goes to Python, which answers with another trace, while the notebook's kernel runs.

    Args:
        what: a trace, of a shipped model, of a module of one's own, or `Trace.of` arrays; a model, or the name of a shipped one, with a `text`; a list of two to
            five shipped models of one task, or of their traces, which stand side by side.
        text: to read, or to write from; the model's own opening where it is None. A trace has its own.
        stage: the page on which a shipped model stands, e.g. "lstm", a lesson; the usual one where it is None.
        height: of the frame in pixels; as high as the stage is where it is None.
        encode: text -> `Trace`, for a module of one's own; `what` may be the module then, or None.
        chosen: what the stage opens on, as in its link: `unit=3`, `step=2`, `value="f"`, ...; of a trace with fixed numbers also `layer=1`.

    Returns:
        A `Shown`: as the last line of a cell it is the stage; `save(path)` writes it as a file. With `encode` a widget, see `gatelab.notebook.live`.

    Raises:
        TypeError: there is nothing that could be shown of it.
        ValueError: there is no such model or stage, or what is chosen is not as it must be.
    """
    if encode is not None:
        from gatelab.notebook.live import widget

        return widget(encode, "" if text is None else text, height, chosen)
    if text is not None and not isinstance(text, str):
        raise TypeError(f"text must be a string: got {type(text).__name__}")
    if isinstance(what, list | tuple):
        document, title = _several(what, text, stage, chosen)
    elif isinstance(what, Trace | AttentionTrace):
        _check_alone(text)
        document, title = _of_trace(what, stage, chosen)
    else:
        document, title = _of_model(_model(what), text, stage, chosen)
    return Shown(document, title, height)


def _check_alone(text):
    if text is not None:
        raise ValueError(f"text must be left out where traces are shown, which have their own: got {cut(text)}")


def _model(what):
    """A model that reads or writes text."""
    if isinstance(what, str):
        return zoo.load(what)
    if isinstance(what, READING):
        return what
    if isinstance(what, nn.Module):
        raise TypeError(f"a module must be shown as a trace, gatelab.show(gatelab.trace(module, x)), or with encode=, text -> trace: got {type(what).__name__}")
    raise TypeError(f"what is shown must be a trace, a model, the name of one, or a list of these: got {type(what).__name__}")


def _fields(chosen):
    """What is chosen as the fields of a link."""
    return {name: str(value) for name, value in chosen.items()}


def _titled(model, text):
    return f"{called(model)}{'' if text is None else f' on {cut(text)}'}"


def _of_model(model, text, stage, chosen):
    """A page on which one can type, where there is one."""
    fields = _fields(chosen) | ({} if text is None else {"text": text})
    page = stage or readers.stage_of(model)
    if page and readers.is_known(model):
        return readers.known(model.spec.name, page, fields), _titled(model, text)
    if stage is not None:
        raise ValueError(f"stage must be left out for a model that is none of gatelab.models(): got {stage!r}")
    if not isinstance(model, Reader):
        raise ValueError(f"a model that writes must be one of gatelab.models(), with the weights of its file: got {called(model)}")
    if readers.is_watched(model):
        return readers.own(model, text, (), _fields(chosen)), _titled(model, text)
    if text is None:
        raise ValueError(f"text must be given for {called(model)}, which reads {model.spec.unit}: got None")
    return given.page(trace(model, text), chosen), _titled(model, text)


def _of_trace(seen, stage, chosen):
    """The page of a trace: one on which one can type where that gives the same numbers."""
    if isinstance(seen, AttentionTrace):
        return _of_writing(seen, stage, chosen)
    model = seen.model
    title = _titled(model, seen.text if isinstance(model, Reader) else " ".join(seen.tokens))
    fields = _fields(chosen) | {"text": seen.text, "step": str(chosen.get("step", len(seen)))} if len(seen) else {"text": seen.text}
    page = stage or readers.stage_of(model) if isinstance(model, Reader) else None
    if page and not seen.state and len(seen) <= LIMIT and "layer" not in chosen:
        if readers.is_known(model):
            return readers.known(model.spec.name, page, fields | ({"hold": holds.write(seen.held)} if seen.held else {})), title
        if readers.is_watched(model) and stage is None:
            return readers.own(model, seen.text, seen.held, {name: value for name, value in fields.items() if name != "text"}), title
    if stage is not None:
        raise ValueError(f"stage must be left out for a trace with fixed numbers: got {stage!r}")
    return given.page(seen, chosen), title


def _of_writing(seen, stage, chosen):
    """The page of a trace of a model that writes."""
    name = called(seen.model)
    if not readers.is_known(seen.model) or seen.state:
        raise ValueError(
            f"the trace of a model that writes must be of one of gatelab.models(), with the weights of its file and its own first state: got {name}"
        )
    if seen.tree:
        raise ValueError(
            "the trace of a model that writes must be a greedy one: got one of a beam search; gatelab.show(model, text, beam=3) follows several sentences"
        )
    fields = _fields(chosen) | {"text": seen.text}
    if seen.held:
        fields["hold"] = holds.write(seen.held)
    if seen.forced:
        fields["forced"] = ";".join(f"{q + 1}:{','.join(f'{weight:.5f}' for weight in row)}" for q, row in sorted(seen.forced.items()))
    page = stage or readers.stage_of(seen.model) or "attention"
    return readers.known(name, page, fields), _titled(seen.model, seen.text)


def _several(what: Sequence[Any], text: str | None, stage: str | None, chosen: dict[str, Any]) -> tuple[str, str]:
    """The page Compare, or Memory."""
    page = stage or "compare"
    if page not in ("compare", "memory"):
        raise ValueError(f"stage of several models must be compare or memory: got {page!r}{meant(page, STAGES)}")
    seen = [one for one in what if isinstance(one, Trace)]
    if seen:
        _check_alone(text)
        texts = {one.text for one in seen}
        if len(seen) < len(what) or len(texts) > 1 or any(one.held or one.state for one in seen):
            raise ValueError("traces side by side must be of one text, without holds and from zeros: got others")
        text = texts.pop()
    models = [_model(one.model if isinstance(one, Trace) else one) for one in what]
    for model in models:
        if not readers.is_known(model):
            raise ValueError(f"models side by side must be of gatelab.models(), with the weights of their files: got {called(model)}")
    names = [model.spec.name for model in models]
    fields = _fields(chosen) | {"models": ",".join(names)} | ({} if text is None else {"text": text})
    return readers.compared(page, fields), _titled_several(names, text)


def _titled_several(names, text):
    return f"{', '.join(names)}{'' if text is None else f' on {cut(text)}'}"
