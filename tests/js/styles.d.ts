// A style sheet that a module imports, for the check of types.
declare module "*.css" {
  const sheet: CSSStyleSheet;
  export default sheet;
}
