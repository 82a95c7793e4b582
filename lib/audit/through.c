/*
 * Directions through everything and through one variable at a time, and what they tell.
 */
#include "screen.h"

#include <math.h>
#include <string.h>

enum {
    SIGN_NUMBER = 0 /* the course along the sign of the gradient; hybrids from 1 on */
};

const double GA_SCREEN_PER_DIRECTION = 5.0;

/* Directions through single variables may take this share of what is left; five each where that is
 * little, two each where it is not. */
static const double VARIABLES_SHARE = 0.6;
static const double VARIABLES_LITTLE = 0.1;

static size_t add_courses(ga_course *courses, size_t most, size_t first, size_t end)
{
    size_t count = 0;
    for (uint32_t number = SIGN_NUMBER; count < most; number++) {
        courses[count++] =
            (ga_course){.kind = number == SIGN_NUMBER ? GA_SWEEP_SIGN : GA_SWEEP_HYBRID,
                        .number = number,
                        .first = first,
                        .end = end};
    }
    return count;
}

/* As many courses as the budget allows, never none: one is better than silence. */
static size_t affordable_courses(const ga_evidence *evidence, size_t wanted)
{
    const double left = ga_study_evaluations_left(evidence) / GA_SCREEN_PER_DIRECTION;
    return left >= (double)wanted ? wanted : left >= 2.0 ? (size_t)left : 1;
}

int ga_screen_is_told(const ga_direction *direction)
{
    return isfinite(direction->bar);
}

size_t ga_screen_disagreeing(const ga_direction *directions, size_t count)
{
    size_t disagreeing = 0;
    for (size_t i = 0; i < count; i++) {
        disagreeing += ga_direction_disagrees(&directions[i]) != 0;
    }
    return disagreeing;
}

void ga_screen_whole(ga_evidence *evidence, const ga_field *field, size_t most)
{
    ga_course courses[GA_COURSES_WHOLE];
    const size_t wanted = field->count == 1 ? 1 : field->count < 4 && most > 3 ? 3 : most;
    const size_t count =
        add_courses(courses, affordable_courses(evidence, wanted), 0, field->count);
    (void)ga_directions_measure(field, courses, count, evidence->whole);
    evidence->whole_count = count;
    for (size_t i = 0; i < count; i++) {
        evidence->profile.kinks += evidence->whole[i].kinked;
        evidence->profile.moves |= !evidence->whole[i].flat;
    }
}

size_t ga_screen_courses_each(const ga_evidence *evidence, double left)
{
    const double variables = (double)evidence->field_variables;
    if (GA_SCREEN_PER_DIRECTION * GA_COURSES_VARIABLE * variables <= VARIABLES_LITTLE * left) {
        return GA_COURSES_VARIABLE;
    }
    return GA_SCREEN_PER_DIRECTION * 2.0 * variables <= VARIABLES_SHARE * left ? 2 : 0;
}

/* The direction that says most: furthest out of its bar, or where none is, with the finest. */
static const ga_direction *telling(const ga_direction *directions, size_t count)
{
    const ga_direction *best = NULL;
    double most = -1.0;
    for (size_t i = 0; i < count; i++) {
        const ga_direction *const at = &directions[i];
        const double outside =
            ga_screen_is_told(at) ? fabs(at->residual) / fmax(at->bar + at->allowed, 1e-300) : -1.0;
        if (outside > most) {
            most = outside;
            best = at;
        }
    }
    return best;
}

static int claims_nothing(const ga_evidence *evidence, size_t b)
{
    return evidence->scales[b].finite > 0 && !(evidence->scales[b].largest_g > 0);
}

void ga_screen_tell(const ga_evidence *evidence, size_t b, ga_screen *screen)
{
    const ga_direction *const best = telling(screen->directions, screen->count);
    ga_screened *const told = &screen->told;
    const size_t sampled = told->sampled;
    const size_t wrong = told->sampled_wrong;
    *told = (ga_screened){
        .asked = 1,
        .verdict = GA_PASS,
        .disagreeing = ga_screen_disagreeing(screen->directions, screen->count),
        .claims_zero = claims_nothing(evidence, b),
        .is_flat = screen->count > 0,
        .is_dense = told->is_dense,
        .sampled = sampled,
        .sampled_wrong = wrong,
        .point = evidence->point,
        .claimed = (double)NAN,
        .measured = (double)NAN,
        .uncertainty = (double)NAN,
    };
    for (size_t i = 0; i < screen->count; i++) {
        told->directions += ga_screen_is_told(&screen->directions[i]) != 0;
        told->is_flat &= screen->directions[i].flat;
    }
    if (best) {
        told->claimed = best->prospect.claimed;
        told->measured = best->prospect.claimed + best->residual;
        told->uncertainty = best->bar;
    }
    if (told->directions == 0) {
        told->asked = 0;
        told->verdict = GA_SKIPPED;
    } else if (told->disagreeing > 0) {
        told->verdict = GA_INCONCLUSIVE; /* until something confirms it */
    }
}

void ga_screen_variable(ga_evidence *evidence, const ga_field *field, size_t variable, size_t each)
{
    const size_t b = evidence->field_block[variable];
    const size_t first = field->boundaries[variable];
    const size_t end = field->boundaries[variable + 1];
    const size_t wanted = end - first == 1 ? 1 : each;
    ga_screen *const screen = &evidence->screens[b];
    ga_course courses[GA_COURSES_VARIABLE];
    screen->count = add_courses(courses, wanted, first, end);
    ga_evaluator_probing(&evidence->evaluator, &evidence->problem->blocks[b], 0);
    (void)ga_directions_measure(field, courses, screen->count, screen->directions);
    ga_evaluator_probing(&evidence->evaluator, NULL, 0);
    ga_screen_tell(evidence, b, screen);
}

void ga_screen_variables(ga_evidence *evidence, const ga_field *field)
{
    if (field->variables == 1) { /* what is true of the whole is true of it */
        ga_screen *const only = &evidence->screens[evidence->field_block[0]];
        memcpy(only->directions, evidence->whole, evidence->whole_count * sizeof *evidence->whole);
        only->count = evidence->whole_count;
        ga_screen_tell(evidence, evidence->field_block[0], only);
        return;
    }
    const size_t each = ga_screen_courses_each(evidence, ga_study_evaluations_left(evidence));
    for (size_t v = 0; each > 0 && v < field->variables && !evidence->evaluator.spent; v++) {
        ga_screen_variable(evidence, field, v, each);
    }
}
