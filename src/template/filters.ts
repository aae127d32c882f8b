import {dataFilters} from './filters/data.ts';
import {listFilters} from './filters/lists.ts';
import {mappingFilters} from './filters/mappings.ts';
import {numberFilters} from './filters/numbers.ts';
import {selectFilters} from './filters/select.ts';
import {textFilters} from './filters/texts.ts';
import {valueFilters} from './filters/values.ts';
import type {TemplateFunctions} from './signature.ts';

/** All filters. */
export const filters: TemplateFunctions = {
	...dataFilters,
	...listFilters,
	...mappingFilters,
	...numberFilters,
	...selectFilters(() => filters),
	...textFilters,
	...valueFilters,
};
