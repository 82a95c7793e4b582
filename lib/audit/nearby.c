/*
 * Second thoughts on losses that are not clean.
 *
 * In float, kinks closer than the shortest step that rounding allows shift every difference
 * quotient at the point alike, so that no second estimate there can tell them from a fault. At a
 * point nearby the other elements have moved the kinks to other places, while a wrong gradient is
 * as wrong as before. So an element that differs must differ nearby too, in the same direction.
 */
#include "study.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum {
    NEIGHBOURS = 8,
    ALONE = 901,           /* number of a course that is one element's own */
    FIRST_NEIGHBOUR = 1001 /* numbers that no point of its own has */
};

/* Far enough to move kinks by more than the steps that float allows. */
static const double SIZES[] = {0.05, 0.005};

static const char NOT_NEARBY[] = "differs, but not at a point nearby";
static const char NOT_HEARD[] = "differs, but the budget ended before points nearby were asked";

/* The difference may be another one there; if there is less than this share of it, there is none.
 */
static const double SHARE = 0.5;

/* What is heard again. */
typedef struct doubts {
    size_t *elements; /* numbers in the field, rising */
    double *claims;   /* at the point given, */
    double *gaps;     /* and what they are above the slope */
    size_t *remark;   /* their places among the remarks */
    size_t *sorted;   /* room for as many */
    int *withdrawn;   /* 1: points nearby know nothing of it; 2: they were not asked */
    ga_probe *probes;
    size_t count;
} doubts;

/* Noise between what sums of doubles leave behind and what no float makes, which is kinks and steps
 * of a double loss that single elements get below. */
static const double DOUBLE_ROUNDINGS = 1e3;
static const double FLOAT_ROUNDINGS = 100.0;

static int is_clean(const ga_profile *profile)
{
    const double size = fmax(fabs(profile->values.origin), profile->values.largest);
    const int is_float = profile->noise > DOUBLE_ROUNDINGS * DBL_EPSILON * size &&
                         profile->noise < FLOAT_ROUNDINGS * (double)FLT_EPSILON * size;
    return !profile->values.single && !is_float;
}

/* Is it beyond the bar that holds for rough losses, which knows no shortest step? */
static int is_beyond_doubt(const ga_field *field, size_t element)
{
    const ga_course course = {
        .kind = GA_SWEEP_SIGN, .number = ALONE, .first = element, .end = element + 1};
    ga_direction direction;
    (void)ga_directions_measure(field, &course, 1, &direction);
    return ga_direction_disagrees(&direction) != 0;
}

/* Where the budget has ended nobody can be asked: then only so many bars are beyond doubt. */
static const double SURE = 30.0;

static int is_sure(const ga_remark *remark)
{
    const ga_element *const element = &remark->element;
    return fabs(element->analytic - element->measured) > SURE * element->uncertainty;
}

/* Directions that accuse the variable too are evidence enough. */
static int is_doubted(const ga_evidence *evidence, const ga_remark *remark)
{
    const int accused =
        evidence->screened && evidence->screens[remark->variable].told.verdict == GA_FAIL;
    return remark->element.verdict == GA_FAIL && !accused && isfinite(remark->element.measured);
}

static size_t number_of(const ga_evidence *evidence, size_t block, size_t index)
{
    size_t v = 0;
    while (evidence->field_block[v] != block) {
        v++;
    }
    return evidence->field_first[v] + index;
}

static ga_status gather(ga_evidence *evidence, doubts *out)
{
    ga_field field;
    ga_study_field(evidence, &field);
    const size_t most = evidence->remark_count + 1;
    *out = (doubts){.elements = calloc(most, sizeof *out->elements),
                    .claims = calloc(most, sizeof *out->claims),
                    .gaps = calloc(most, sizeof *out->gaps),
                    .remark = calloc(most, sizeof *out->remark),
                    .sorted = calloc(most, sizeof *out->sorted),
                    .withdrawn = calloc(most, sizeof *out->withdrawn),
                    .probes = calloc(most, sizeof *out->probes)};
    if (!out->elements || !out->claims || !out->gaps || !out->remark || !out->sorted ||
        !out->withdrawn || !out->probes) {
        return GA_ENOMEM;
    }
    for (size_t k = 0; k < evidence->remark_count; k++) {
        const ga_remark *const remark = &evidence->remarks[k];
        const size_t element = number_of(evidence, remark->variable, remark->element.index);
        if (is_doubted(evidence, remark) &&
            (evidence->evaluator.spent || !is_beyond_doubt(&field, element))) {
            out->elements[out->count] = element;
            out->remark[out->count] = k;
            out->claims[out->count] = remark->element.analytic;
            out->gaps[out->count++] = remark->element.analytic - remark->element.measured;
        }
    }
    return GA_OK;
}

static void release(doubts *d)
{
    free(d->elements);
    free(d->claims);
    free(d->gaps);
    free(d->remark);
    free(d->sorted);
    free(d->withdrawn);
    free(d->probes);
}

/* A fault may be in proportion to the gradient, or not. */
static int is_same(const doubts *d, size_t k, double claim, double gap)
{
    const double ratio = d->claims[k] != 0 ? claim / d->claims[k] : 1.0;
    return (gap * d->gaps[k] > 0 && fabs(gap) >= SHARE * fabs(d->gaps[k])) ||
           (gap * d->gaps[k] * ratio > 0 && fabs(gap) >= SHARE * fabs(ratio * d->gaps[k]));
}

/* What the neighbour says; where it cannot be measured there, it says nothing. */
static void compare(const ga_evidence *evidence, doubts *d, size_t done)
{
    for (size_t k = 0; k < done; k++) {
        size_t b = 0;
        size_t index = 0;
        ga_study_find(evidence, d->elements[k], &b, &index);
        const double claim = ga_study_claimed(evidence, b, index);
        const double gap = claim - d->probes[k].value;
        const double bar = d->probes[k].uncertainty;
        if (isfinite(gap) && !is_same(d, k, claim, gap) &&
            bar < fabs(d->gaps[k])) { /* sharp enough to have seen it */
            d->withdrawn[k] = 1;
        }
    }
}

static void withdraw_remark(const ga_evidence *evidence, ga_remark *remark, const char *why)
{
    /* what directions cover all the same is as if it had not been measured */
    remark->cause = evidence->screened ? GA_CAUSE_NONE : GA_CAUSE_UNMEASURABLE;
    remark->hindrance = GA_HINDRANCE_KINK;
    remark->element.verdict = GA_INCONCLUSIVE;
    remark->element.reason = why;
}

static int by_number(const void *a, const void *b)
{
    const size_t p = *(const size_t *)a;
    const size_t q = *(const size_t *)b;
    return p < q ? -1 : p > q;
}

/* The elements of the result that were withdrawn: a sorted list of their numbers. */
static void withdraw_elements(ga_evidence *evidence, const size_t *numbers, size_t count,
                              const char *why)
{
    for (size_t v = 0; v < evidence->field_variables; v++) {
        ga_variable_record *const variable = &evidence->result->variables[evidence->field_block[v]];
        size_t kept = 0;
        for (size_t i = 0; i < variable->element_count; i++) {
            ga_element element = variable->elements[i];
            const size_t number = evidence->field_first[v] + element.index;
            const int is_withdrawn =
                element.verdict == GA_FAIL &&
                bsearch(&number, numbers, count, sizeof *numbers, by_number) != NULL;
            if (is_withdrawn) {
                element.verdict = GA_INCONCLUSIVE;
                element.reason = why;
            }
            if (!is_withdrawn || !evidence->screened) {
                variable->elements[kept++] = element;
            }
        }
        variable->element_count = kept;
    }
}

/* Those marked with `mark`. */
static void withdraw(ga_evidence *evidence, const doubts *d, int mark, const char *why)
{
    size_t *const numbers = d->sorted;
    size_t count = 0;
    for (size_t k = 0; k < d->count; k++) {
        if (d->withdrawn[k] == mark) {
            withdraw_remark(evidence, &evidence->remarks[d->remark[k]], why);
            numbers[count++] = d->elements[k];
        }
    }
    qsort(numbers, count, sizeof *numbers, by_number);
    withdraw_elements(evidence, numbers, count, why);
}

static ga_status hear_again(ga_evidence *evidence, doubts *d)
{
    ga_journey journey;
    ga_status status = ga_journey_begin(evidence, &journey);
    for (int k = 0; k < NEIGHBOURS && status == GA_OK && !evidence->evaluator.spent; k++) {
        if (ga_journey_go(evidence, &journey, FIRST_NEIGHBOUR + k, SIZES,
                          sizeof SIZES / sizeof *SIZES)) {
            compare(evidence, d,
                    ga_study_probe_list(evidence, d->elements, d->count, 1, d->probes));
        }
        ga_journey_return(evidence, &journey);
    }
    ga_journey_end(&journey);
    for (size_t k = 0; evidence->evaluator.spent && k < d->count; k++) {
        if (!d->withdrawn[k] && !is_sure(&evidence->remarks[d->remark[k]])) {
            d->withdrawn[k] = 2;
        }
    }
    if (status == GA_OK) {
        withdraw(evidence, d, 1, NOT_NEARBY);
        withdraw(evidence, d, 2, NOT_HEARD);
    }
    return status;
}

ga_status ga_study_hear_neighbours(ga_evidence *evidence)
{
    if (is_clean(&evidence->profile) || evidence->ratio != 1.0 ||
        evidence->repeats.kind != GA_REPEAT_EQUAL) {
        return GA_OK;
    }
    doubts d;
    ga_status status = gather(evidence, &d);
    if (status == GA_OK && d.count > 0) {
        const int on_twin = evidence->on_twin;
        ga_study_use_own(evidence);
        status = hear_again(evidence, &d);
        if (status == GA_OK && on_twin) {
            status = ga_study_use_twin(evidence);
        }
    }
    release(&d);
    return status;
}
