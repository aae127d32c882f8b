declare module '@11ty/nunjucks' {
	/** The part of the library that is used. */
	const nunjucks: {
		installJinjaCompat(): void;
		readonly parser: {parse(text: string): unknown};
	};
	export default nunjucks;
}
