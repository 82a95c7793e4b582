/*
 * One constant factor in all directions: a batch size, a sign. Residuals are linear in the claim,
 * so that dividing it out costs nothing.
 */
#include "screen.h"

#include <math.h>
#include <stdlib.h>

/* A bar that is a larger share of the gradient could be narrower. */
static const double WIDE = 0.1;

/* Residuals are linear in the claim: dividing it by the ratio needs no evaluation. */
static void divide_claim(ga_direction *direction, double ratio)
{
    const double more = direction->prospect.claimed * (1.0 - 1.0 / ratio);
    direction->residual += more;
    for (int k = 0; k < direction->pairs; k++) {
        direction->residual_at[k] += more;
    }
    direction->prospect.claimed /= ratio;
    direction->prospect.size /= fabs(ratio);
    direction->prospect.rounding /= fabs(ratio);
    direction->allowed /= fabs(ratio);
}

static void divide_all(ga_evidence *evidence, double ratio)
{
    for (size_t i = 0; i < evidence->whole_count; i++) {
        divide_claim(&evidence->whole[i], ratio);
    }
    for (size_t v = 0; v < evidence->field_variables; v++) {
        const size_t b = evidence->field_block[v];
        ga_screen *const screen = &evidence->screens[b];
        for (size_t i = 0; i < screen->count; i++) {
            divide_claim(&screen->directions[i], ratio);
        }
        if (screen->count > 0) {
            ga_screen_tell(evidence, b, screen);
        }
    }
    evidence->ratio *= ratio;
    ga_study_measure_scales(evidence);
}

static ga_tell tell_of(const ga_direction *direction)
{
    /* what a claim may err, had it the size of the slope */
    const double measured = direction->prospect.claimed + direction->residual;
    const double allowed =
        direction->allowed * fmin(1.0, fabs(measured / direction->prospect.claimed));
    return (ga_tell){.claimed = direction->prospect.claimed,
                     .measured = measured,
                     .uncertainty = direction->bar + allowed,
                     .differs = ga_direction_disagrees(direction),
                     .means = ga_screen_is_told(direction) && !direction->flat};
}

static int find_ratio(ga_evidence *evidence, const ga_tell *tells, size_t count)
{
    size_t seen = 0;
    size_t example = 0;
    const double ratio = ga_study_ratio_of(tells, count, &seen, &example);
    if (ratio == 1.0) {
        return 0;
    }
    evidence->elements.ratio_analytic = tells[example].claimed;
    evidence->elements.ratio_measured = tells[example].measured;
    evidence->elements.ratio_uncertainty = tells[example].uncertainty;
    evidence->elements.ratio_seen = seen;
    evidence->elements.ratio_along = 1;
    divide_all(evidence, ratio);
    return 1;
}

/* Steps are chosen by the change that the gradient predicts. One that was many times too large has
 * made them short, and the bars wide. */
static int is_wide(const ga_direction *directions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!(directions[i].bar <= WIDE * directions[i].prospect.size)) {
            return 1;
        }
    }
    return 0;
}

static void measure_again(ga_evidence *evidence, const ga_field *field)
{
    if (is_wide(evidence->whole, evidence->whole_count)) {
        ga_screen_whole(evidence, field, GA_COURSES_WHOLE);
    }
    for (size_t v = 0; v < field->variables && !evidence->evaluator.spent; v++) {
        ga_screen *const screen = &evidence->screens[evidence->field_block[v]];
        if (screen->count > 0 && is_wide(screen->directions, screen->count)) {
            ga_screen_variable(evidence, field, v, screen->count);
        }
    }
}

void ga_screen_divide_whole(ga_evidence *evidence, const ga_field *field)
{
    ga_tell tells[GA_COURSES_WHOLE];
    for (size_t i = 0; i < evidence->whole_count; i++) {
        tells[i] = tell_of(&evidence->whole[i]);
        tells[i].of_many = field->variables > 1;
    }
    if (find_ratio(evidence, tells, evidence->whole_count)) {
        measure_again(evidence, field);
    }
}

/* Where another fault hides the ratio from the whole, most variables still have it. */
ga_status ga_screen_divide_variables(ga_evidence *evidence, const ga_field *field)
{
    ga_tell *const tells = calloc(evidence->field_variables + 1, sizeof *tells);
    size_t count = 0;
    if (!tells) {
        return GA_ENOMEM;
    }
    for (size_t v = 0; v < evidence->field_variables; v++) {
        const ga_screen *const screen = &evidence->screens[evidence->field_block[v]];
        if (screen->count > 0) {
            tells[count++] = tell_of(&screen->directions[0]);
        }
    }
    if (count > 2 && find_ratio(evidence, tells, count)) {
        measure_again(evidence, field);
    }
    free(tells);
    return GA_OK;
}
