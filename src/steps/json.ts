/** The values of receipts and actions, which are stored in the journal as JSON. */
export type Json = string | number | boolean | null | readonly Json[] | {readonly [key: string]: Json | undefined};
