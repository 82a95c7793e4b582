/* The texts of a result: many, small, freed all at once. Only for result.c. */
#ifndef GA_AUDIT_RESULT_TEXT_H
#define GA_AUDIT_RESULT_TEXT_H

#include "gradaudit/result.h"

void ga_text_blocks_free(ga_text_block *blocks);

#endif
