/** Names that always stand for this machine. One of them can be used without being in an inventory. */
export const localNames: readonly string[] = ['localhost', '127.0.0.1', '::1'];
