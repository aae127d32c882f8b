/** Signs statements and checks signatures: the port that ssh-keygen implements. */
export interface Signer {
	/**
	 * @param key A private or public key file, or a certificate; undefined: the first key of the agent.
	 * @throws PrerequisiteError when it cannot be signed.
	 */
	sign(text: string, key: string | undefined): Promise<string>;
	verify(text: string, signature: string, files: SignerFiles): Promise<Verified>;
}

export type SignerFiles = {readonly allowedSigners: string; readonly revokedKeys?: string};

/** Whose signature it is, or why it is none that counts. */
export type Verified = {readonly signer: string} | {readonly fault: string};
