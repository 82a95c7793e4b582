/*
 * Places in a run: RUN[:VARIABLE[:INDEX]].
 */
#ifndef GA_CLI_PLACE_H
#define GA_CLI_PLACE_H

#include "gradaudit/result.h"

typedef struct cli_place {
    const ga_variable_record *variable; /* NULL: the run as a whole */
    size_t index;                       /* flat, or GA_NO_INDEX */
} cli_place;

/* VARIABLE or VARIABLE:INDEX; the longest known name wins. An index is flat or as [3,12]. 0: there
 * is no such place, and what is wrong was said. */
int cli_place_find(const ga_result *result, const char *text, cli_place *out);

#endif
