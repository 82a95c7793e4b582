/*
 * Places in a run. A name may hold any character, so what is a name is decided by what there is.
 */
#include "place.h"

#include "options.h"

#include <stdlib.h>
#include <string.h>

static const ga_variable_record *longest_name(const ga_result *result, const char *text,
                                              size_t *length)
{
    const ga_variable_record *found = NULL;
    *length = 0;
    for (size_t v = 0; v < result->variable_count; v++) {
        const char *const name = result->variables[v].view.name;
        const size_t size = strlen(name);
        if (strncmp(text, name, size) == 0 && (text[size] == '\0' || text[size] == ':') &&
            (!found || size > *length)) {
            found = &result->variables[v];
            *length = size;
        }
    }
    return found;
}

/* [3,12], as reports print it. */
static int read_multi_index(const ga_variable_result *view, const char *text, size_t *out)
{
    const char *at = text + 1;
    size_t index = 0;
    for (int d = 0; d < view->rank; d++) {
        char *end = NULL;
        while (*at == ' ') {
            at++;
        }
        if (*at < '0' || *at > '9') {
            return 0;
        }
        const unsigned long long part = strtoull(at, &end, 10);
        if (part >= view->shape[d] || *end != (d + 1 < view->rank ? ',' : ']')) {
            return 0;
        }
        index = index * view->shape[d] + (size_t)part;
        at = end + 1;
    }
    *out = index;
    return view->rank > 0 && *at == '\0';
}

static void refuse_element(const ga_variable_result *view, const char *text)
{
    char example[3 * GA_MAX_RANK] = "";
    for (int d = 0; d < view->rank && d < GA_MAX_RANK; d++) {
        (void)strcat(example, d > 0 ? ",0" : "[0");
    }
    cli_error("`%s` has no element '%s': it has %zu element%s, and an index is flat, from 0%s%s%s",
              view->name, text, view->elements, view->elements == 1 ? "" : "s",
              *example ? ", or one number for each dimension, as " : "", example,
              *example ? "]" : "");
}

int cli_place_find(const ga_result *result, const char *text, cli_place *out)
{
    size_t length = 0;
    *out = (cli_place){.variable = longest_name(result, text, &length), .index = GA_NO_INDEX};
    if (!out->variable) {
        cli_error("the run has no variable '%s'", text);
        return 0;
    }
    const char *const rest = text + length;
    if (*rest == '\0') {
        return 1;
    }
    const ga_variable_result *const view = &out->variable->view;
    uint64_t flat = 0;
    int good = 0;
    if (rest[1] == '[') {
        good = read_multi_index(view, rest + 1, &out->index);
    } else if (cli_whole(rest + 1, &flat) && flat < view->elements) {
        out->index = (size_t)flat;
        good = 1;
    }
    if (!good) {
        refuse_element(view, rest + 1);
    }
    return good;
}
