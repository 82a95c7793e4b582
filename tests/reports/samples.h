/*
 * Results built by hand, with every awkward thing a result can hold, and what it means that two of
 * them are equal.
 */
#ifndef GA_TESTS_SAMPLES_H
#define GA_TESTS_SAMPLES_H

#include "gradaudit/report.h"
#include "gradaudit/result.h"
#include "gradaudit/store.h"

typedef ga_result *sample_fn(void);

ga_result *sample_passing(void); /* three variables, all well */
ga_result *sample_failing(void); /* G01, a warning, a note, an allowed finding, skipped checks */
ga_result *sample_hostile(void); /* NaN, -0.0, infinities, names nobody would choose */
ga_result *sample_empty(void);   /* no variable, no finding, no text */
ga_result *sample_large(void);   /* 1e5 elements, 12 000 of them failing */
ga_result *sample_many(void);    /* 60 variables of which one fails */
ga_result *sample_crashed(void); /* P08 alone, ended early */
ga_result *sample_partial(void); /* a budget that was spent, something inconclusive */

ga_result *
sample_screened(void);          /* directions through four tensors, one of 1e7 elements; all well */
ga_result *sample_astray(void); /* screened: wrong along directions, at other points, on a twin */
ga_result *sample_twin(void);   /* every element singly, on a twin, at three points */

typedef struct sample {
    char name[16];
    sample_fn *make;
} sample;

extern const sample samples[];
extern const size_t sample_count;

/* NULL, or the first field that differs, as text. With `with_run` the run's id and the like too. */
const char *difference(const ga_result *one, const ga_result *other, int with_run);

/* What a report writes, malloc'ed. */
char *render(const char *format, const ga_result *result, const ga_report_style *style);

/* A folder of this test's own, removed by remove_folder(). malloc'ed. */
char *make_folder(void);
void remove_folder(char *folder);
char *join(const char *folder, const char *name); /* malloc'ed */

/* The bytes of a file, malloc'ed; *size gets how many. */
unsigned char *slurp(const char *path, size_t *size);
void spit(const char *path, const void *bytes, size_t size);

#endif
