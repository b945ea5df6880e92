// A text with elements in it: a translation may put them in another order.

/**
 * The children of an element, for a text with names in braces: mixed(tr("from 0 {bar} to 1"), { bar }).
 *
 * @param {string} text
 * @param {Object<string, Node | string>} parts what stands in the place of each name
 */
export const mixed = (text, parts) => text.split(/\{(\w+)\}/u).map((piece, k) => (k % 2 ? parts[piece] : piece));
