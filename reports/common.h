/* What several report formats need to know of a result. */
#ifndef GA_REPORTS_COMMON_H
#define GA_REPORTS_COMMON_H

#include "gradaudit/result.h"

/* The variable a finding is about; NULL: the loss as a whole, or a variable that the result does
 * not list because nobody registered it. */
const ga_variable_record *ga_finding_variable(const ga_result *result, const ga_finding *finding);

/* The measured element with this flat index, or NULL. */
const ga_element *ga_find_element(const ga_variable_record *variable, size_t index);

/* "" for NULL: a damaged log may lack any text. */
const char *ga_or_empty(const char *text);

/* Elements of trainable variables, and how many of them were measured singly. */
size_t ga_trainable_elements(const ga_result *result, size_t *checked);

/* ", at a jittered point (2 of 3)" for a finding that is not about the point given. */
void ga_print_point(FILE *out, const ga_result *result, const ga_finding *finding);

/* Elements of trainable variables that directions moved and nobody measured singly. */
size_t ga_covered_elements(const ga_result *result);

/* Whether a report of what failed has nothing to say about this result. */
int ga_result_is_well(const ga_result *result);

#endif
