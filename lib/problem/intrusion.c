/*
 * Attempts to register a variable inside a callback: the C form of "the weight was created anew in
 * every call". Kept with name and place, counted, never carried out.
 */
#include "intrusion.h"

#include <stdlib.h>
#include <string.h>

/* A loss that makes up a new name in each call would grow the list without end. */
#define MOST_KEPT 64

static int same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static ga_intrusion *find(const ga_problem *problem, const char *name, const char *file, int line)
{
    for (size_t i = 0; i < problem->intrusion_count; ++i) {
        ga_intrusion *const known = &problem->intrusions[i];
        if (same_text(known->name, name) && same_text(known->file, file) && known->line == line) {
            return known;
        }
    }
    return NULL;
}

static ga_status keep(ga_problem *problem, const char *name, const char *file, int line)
{
    ga_intrusion fresh = {
        .name = ga_copy_text(name),
        .file = file ? ga_copy_text(file) : NULL,
        .line = line,
        .loss_call = problem->loss_calls,
        .times = 1,
    };
    ga_intrusion *kept = NULL;
    if (fresh.name && (fresh.file || !file)) {
        kept = ga_grow((void **)&problem->intrusions, &problem->intrusion_count,
                       &problem->intrusion_capacity, sizeof *kept);
    }
    if (!kept) {
        free(fresh.name);
        free(fresh.file);
        return GA_ENOMEM;
    }
    *kept = fresh;
    return GA_ELOCKED;
}

ga_status ga_note_intrusion(ga_problem *problem, const char *name, const char *file, int line)
{
    const char *const shown = name && *name ? name : "(no name)";
    ga_intrusion *const known = find(problem, shown, file, line);
    if (known) {
        ++known->times;
        return GA_ELOCKED;
    }
    if (problem->intrusion_count == MOST_KEPT) {
        return GA_ELOCKED;
    }
    return keep(problem, shown, file, line);
}
