/**
 * Names come from whoever writes files: what a terminal would obey (colours, the cursor), or what hides or turns text, is shown as its
 * code, `\u{202e}`. Line ends too: split text before. Paint it afterwards. Pure.
 */
export const visible = (text: string): string =>
  text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    char => `\\u{${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`,
  )
