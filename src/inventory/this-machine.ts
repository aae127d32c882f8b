/** The names under which every machine knows itself. One of them can be named without being in an inventory. */
export const localNames: readonly string[] = ['localhost', '127.0.0.1', '::1'];
