/*
 * Who is wrong, settled first of all and at the price of a few directions; then what is wrong
 * there.
 */
#include "screen.h"

#include <math.h>

enum {
    FRESH_NUMBER = 101, /* courses that nobody has looked at before */
    FRESH = 2
};

/* The hybrid directions of a variable. Where it is the only one that disagrees, those of the whole
 * see nothing but its fault, and serve too. */
static size_t known_directions(const ga_evidence *evidence, size_t variable, int alone,
                               ga_direction *out)
{
    const ga_screen *const screen = &evidence->screens[evidence->field_block[variable]];
    size_t count = 0;
    for (size_t i = 0; i < screen->count; i++) {
        if (screen->directions[i].course.kind == GA_SWEEP_HYBRID &&
            ga_screen_is_told(&screen->directions[i])) {
            out[count++] = screen->directions[i];
        }
    }
    for (size_t i = 0; alone && i < evidence->whole_count; i++) {
        ga_direction whole = evidence->whole[i];
        int is_known = whole.course.kind != GA_SWEEP_HYBRID || !ga_screen_is_told(&whole);
        for (size_t k = 0; k < count; k++) {
            is_known |= out[k].course.number == whole.course.number;
        }
        if (!is_known) {
            whole.course.first = evidence->field_first[variable];
            whole.course.end = evidence->field_first[variable + 1];
            out[count++] = whole;
        }
    }
    return count;
}

/* So many bars beyond what the gradient may err, a residual is no matter of measurement. */
static const double CLEARLY = 3.0;

size_t ga_screen_clear(const ga_direction *directions, size_t count)
{
    size_t clear = 0;
    for (size_t i = 0; i < count; i++) {
        const ga_direction *const at = &directions[i];
        clear += fabs(at->residual) - at->allowed > CLEARLY * at->bar;
    }
    return clear;
}

static int measure_fresh(const ga_evidence *evidence, const ga_field *field, ga_course *courses,
                         size_t count, ga_direction *out)
{
    return ga_directions_measure(field, courses, count, out) && !evidence->evaluator.spent;
}

/* The two halves of the course along the sign add up to what the whole of it shows, but take other
 * ways, over other kinks. */
static int halves_disagree(const ga_evidence *evidence, const ga_field *field, size_t first,
                           size_t end)
{
    const size_t middle = first + (end - first) / 2;
    ga_course courses[] = {
        {.kind = GA_SWEEP_SIGN, .number = FRESH_NUMBER, .first = first, .end = middle},
        {.kind = GA_SWEEP_SIGN, .number = FRESH_NUMBER, .first = middle, .end = end},
    };
    ga_direction halves[2];
    if (middle == first || !measure_fresh(evidence, field, courses, 2, halves)) {
        return 0;
    }
    const double bars = halves[0].bar + halves[1].bar + halves[0].allowed + halves[1].allowed;
    return fabs(halves[0].residual + halves[1].residual) > bars && isfinite(bars);
}

/*
 * Two ways that have nothing in common and both lie clearly outside settle it. Otherwise directions
 * that nobody has looked at before are asked: two hybrids, which must both disagree; or the halves
 * of the course along the sign, where that was the one.
 */
static int is_confirmed(const ga_evidence *evidence, const ga_field *field, size_t first,
                        size_t end, const ga_direction *known, size_t count)
{
    const size_t clear = ga_screen_clear(known, count);
    if (clear > 1) {
        return 1;
    }
    ga_course courses[FRESH];
    ga_direction fresh[FRESH];
    for (uint32_t k = 0; k < FRESH; k++) {
        courses[k] = (ga_course){
            .kind = GA_SWEEP_HYBRID, .number = FRESH_NUMBER + k, .first = first, .end = end};
    }
    if (!measure_fresh(evidence, field, courses, FRESH, fresh)) {
        return 0;
    }
    if (clear + ga_screen_clear(fresh, FRESH) > 1 || ga_screen_disagreeing(fresh, FRESH) == FRESH) {
        return 1;
    }
    return count > 0 && known[0].course.kind == GA_SWEEP_SIGN &&
           ga_direction_disagrees(&known[0]) && halves_disagree(evidence, field, first, end);
}

/* First of all who is wrong, at the price of a few directions; what is wrong there comes later. */
static size_t settle_suspects(ga_evidence *evidence, const ga_field *field)
{
    size_t wrong = 0;
    for (size_t v = 0; v < field->variables; v++) {
        ga_screen *const screen = &evidence->screens[evidence->field_block[v]];
        if (screen->told.verdict == GA_INCONCLUSIVE &&
            ga_screen_clear(screen->directions, screen->count) > 1) {
            screen->told.verdict = GA_FAIL;
        }
    }
    for (size_t v = 0; v < field->variables && !evidence->evaluator.spent; v++) {
        ga_screen *const screen = &evidence->screens[evidence->field_block[v]];
        if (screen->told.verdict == GA_INCONCLUSIVE) {
            const int confirmed =
                is_confirmed(evidence, field, field->boundaries[v], field->boundaries[v + 1],
                             screen->directions, screen->count);
            screen->told.verdict = confirmed                   ? GA_FAIL
                                   : evidence->evaluator.spent ? GA_INCONCLUSIVE
                                                               : GA_PASS;
        }
        wrong += screen->told.verdict == GA_FAIL;
    }
    return wrong;
}

static ga_status look_into(ga_evidence *evidence, const ga_field *field, size_t variable, int alone)
{
    ga_screen *const screen = &evidence->screens[evidence->field_block[variable]];
    ga_direction known[GA_COURSES_VARIABLE + GA_COURSES_WHOLE];
    const size_t count = known_directions(evidence, variable, alone, known);
    if (count == 0) {
        return GA_OK;
    }
    ga_search search = {0};
    const ga_status status = ga_locate(field, field->boundaries[variable],
                                       field->boundaries[variable + 1], known, count, &search);
    screen->told.is_dense = search.dense_count > 0;
    if (search.dense_count > 0) {
        screen->dense_first = search.dense[0].first;
        screen->dense_end = search.dense[search.dense_count - 1].end;
    }
    screen->unexplained = search.unexplained;
    evidence->located += search.count;
    ga_search_free(&search);
    return status;
}

ga_status ga_screen_look_into_variables(ga_evidence *evidence, const ga_field *field)
{
    const size_t wrong = settle_suspects(evidence, field);
    for (size_t v = 0; v < field->variables && !evidence->evaluator.spent; v++) {
        const ga_screen *const screen = &evidence->screens[evidence->field_block[v]];
        const ga_status status =
            screen->told.verdict == GA_FAIL ? look_into(evidence, field, v, wrong == 1) : GA_OK;
        if (status != GA_OK) {
            return status;
        }
    }
    return GA_OK;
}

/* The variables were not looked at one by one: the search begins with all elements. */
ga_status ga_screen_look_into_whole(ga_evidence *evidence, const ga_field *field)
{
    ga_search search = {0};
    const ga_direction *const hybrids = evidence->whole + 1;
    const ga_status status =
        evidence->whole_count > 1 && !evidence->evaluator.spent
            ? ga_locate(field, 0, field->count, hybrids, evidence->whole_count - 1, &search)
            : GA_OK;
    for (size_t i = 0; status == GA_OK && i < search.count; i++) {
        const size_t v = ga_study_variable_of(evidence, search.found[i].element);
        evidence->screens[evidence->field_block[v]].told.verdict = GA_FAIL;
    }
    for (size_t i = 0; status == GA_OK && i < search.dense_count; i++) {
        const size_t v = ga_study_variable_of(evidence, search.dense[i].first);
        ga_screen *const screen = &evidence->screens[evidence->field_block[v]];
        screen->told.is_dense = 1;
        screen->told.verdict = GA_FAIL;
        screen->dense_first = search.dense[i].first;
        screen->dense_end = search.dense[i].end;
    }
    evidence->located += search.count;
    if (status == GA_OK && search.count + search.dense_count == 0 && !evidence->evaluator.spent) {
        evidence->whole_wrong =
            is_confirmed(evidence, field, 0, field->count, evidence->whole, evidence->whole_count);
    }
    ga_search_free(&search);
    return status;
}
