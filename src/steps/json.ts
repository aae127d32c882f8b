/** What a receipt or an action may hold: it goes into the journal as JSON. */
export type Json = string | number | boolean | null | readonly Json[] | {readonly [key: string]: Json | undefined};
