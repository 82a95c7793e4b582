/*
 * The strategy for what cannot be measured element by element.
 *
 * Directions through all elements say whether anything is wrong; directions through one variable
 * at a time say where; a search names single elements; where too many are wrong to name them, a
 * sample is measured. At the end a few elements are measured singly for their own sake.
 *
 * Nothing is called wrong on the word of one direction: what accuses is an element that fails its
 * probe, or two directions that have nothing in common.
 */
#include "study.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SIGN_NUMBER = 0,    /* the course along the sign of the gradient; hybrids from 1 on */
    HYBRIDS = 4,        /* of the whole; their residuals name a single wrong element */
    COURSES_BRIEF = 3,  /* along the sign, and two hybrids: enough to see that something is wrong */
    FRESH_NUMBER = 101, /* courses that nobody has looked at before */
    FRESH = 2,
    SAMPLE = 64,      /* elements: a fault in 7 % of a variable is among them with 99 % */
    SAMPLE_LEAST = 4, /* where the budget is short */
    SPOT = 64
};

/* A direction takes two pairs, or three. */
static const double PER_DIRECTION = 5.0;

/* Directions through single variables may take this share of what is left; five each where that is
 * little, two each where it is not. */
static const double VARIABLES_SHARE = 0.6;
static const double VARIABLES_LITTLE = 0.1;

/* A bar that is a larger share of the gradient could be narrower. */
static const double WIDE = 0.1;

/* An element of a variable that is wrong takes about this many evaluations. */
static const double PER_SAMPLE = 5.0;

size_t ga_study_screen_cost(const ga_evidence *evidence)
{
    const double left = ga_study_evaluations_left(evidence);
    const double variables =
        evidence->field_variables > 1 ? (double)evidence->field_variables : 0.0;
    double cost = PER_DIRECTION * (double)GA_COURSES_WHOLE;
    for (int each = GA_COURSES_VARIABLE; each >= 2; each -= 3) {
        const double share = each > 2 ? VARIABLES_LITTLE : VARIABLES_SHARE;
        if (PER_DIRECTION * each * variables <= share * left) {
            cost += PER_DIRECTION * each * variables;
            break;
        }
    }
    if (evidence->options.measure == GA_MEASURE_AUTO) {
        cost += EVALUATIONS_PER_ELEMENT * (double)SPOT;
    }
    return (size_t)fmin(cost, left);
}

/* ---- Courses ---------------------------------------------------------------------------------
 */

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
    const double left = ga_study_evaluations_left(evidence) / PER_DIRECTION;
    return left >= (double)wanted ? wanted : left >= 2.0 ? (size_t)left : 1;
}

static int is_told(const ga_direction *direction)
{
    return isfinite(direction->bar);
}

static size_t count_disagreeing(const ga_direction *directions, size_t count)
{
    size_t disagreeing = 0;
    for (size_t i = 0; i < count; i++) {
        disagreeing += ga_direction_disagrees(&directions[i]) != 0;
    }
    return disagreeing;
}

/* ---- The whole -------------------------------------------------------------------------------
 */

static void measure_whole(ga_evidence *evidence, const ga_field *field, size_t most)
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

/* ---- One variable ----------------------------------------------------------------------------
 */

static size_t courses_per_variable(const ga_evidence *evidence)
{
    const double left = ga_study_evaluations_left(evidence);
    const double variables = (double)evidence->field_variables;
    if (PER_DIRECTION * GA_COURSES_VARIABLE * variables <= VARIABLES_LITTLE * left) {
        return GA_COURSES_VARIABLE;
    }
    return PER_DIRECTION * 2.0 * variables <= VARIABLES_SHARE * left ? 2 : 0;
}

/* The direction that says most: furthest out of its bar, or where none is, with the finest. */
static const ga_direction *telling(const ga_direction *directions, size_t count)
{
    const ga_direction *best = NULL;
    double most = -1.0;
    for (size_t i = 0; i < count; i++) {
        const ga_direction *const at = &directions[i];
        const double outside =
            is_told(at) ? fabs(at->residual) / fmax(at->bar + at->allowed, 1e-300) : -1.0;
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

static void tell(const ga_evidence *evidence, size_t b, ga_screen *screen)
{
    const ga_direction *const best = telling(screen->directions, screen->count);
    ga_screened *const told = &screen->told;
    const size_t sampled = told->sampled;
    const size_t wrong = told->sampled_wrong;
    *told = (ga_screened){
        .asked = 1,
        .verdict = GA_PASS,
        .disagreeing = count_disagreeing(screen->directions, screen->count),
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
        told->directions += is_told(&screen->directions[i]) != 0;
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

static void measure_variable(ga_evidence *evidence, const ga_field *field, size_t variable,
                             size_t each)
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
    tell(evidence, b, screen);
}

static void measure_variables(ga_evidence *evidence, const ga_field *field)
{
    if (field->variables == 1) { /* what is true of the whole is true of it */
        ga_screen *const only = &evidence->screens[evidence->field_block[0]];
        memcpy(only->directions, evidence->whole, evidence->whole_count * sizeof *evidence->whole);
        only->count = evidence->whole_count;
        tell(evidence, evidence->field_block[0], only);
        return;
    }
    const size_t each = courses_per_variable(evidence);
    for (size_t v = 0; each > 0 && v < field->variables && !evidence->evaluator.spent; v++) {
        measure_variable(evidence, field, v, each);
    }
}

/* ---- One constant factor ---------------------------------------------------------------------
 */

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
            tell(evidence, b, screen);
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
                     .means = is_told(direction) && !direction->flat};
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
        measure_whole(evidence, field, GA_COURSES_WHOLE);
    }
    for (size_t v = 0; v < field->variables && !evidence->evaluator.spent; v++) {
        ga_screen *const screen = &evidence->screens[evidence->field_block[v]];
        if (screen->count > 0 && is_wide(screen->directions, screen->count)) {
            measure_variable(evidence, field, v, screen->count);
        }
    }
}

static void divide_out_whole(ga_evidence *evidence, const ga_field *field)
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
static ga_status divide_out_variables(ga_evidence *evidence, const ga_field *field)
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

/* ---- What is wrong ---------------------------------------------------------------------------
 */

/* The hybrid directions of a variable. Where it is the only one that disagrees, those of the whole
 * see nothing but its fault, and serve too. */
static size_t known_directions(const ga_evidence *evidence, size_t variable, int alone,
                               ga_direction *out)
{
    const ga_screen *const screen = &evidence->screens[evidence->field_block[variable]];
    size_t count = 0;
    for (size_t i = 0; i < screen->count; i++) {
        if (screen->directions[i].course.kind == GA_SWEEP_HYBRID &&
            is_told(&screen->directions[i])) {
            out[count++] = screen->directions[i];
        }
    }
    for (size_t i = 0; alone && i < evidence->whole_count; i++) {
        ga_direction whole = evidence->whole[i];
        int is_known = whole.course.kind != GA_SWEEP_HYBRID || !is_told(&whole);
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

static size_t count_clear(const ga_direction *directions, size_t count)
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
    const size_t clear = count_clear(known, count);
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
    if (clear + count_clear(fresh, FRESH) > 1 || count_disagreeing(fresh, FRESH) == FRESH) {
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
            count_clear(screen->directions, screen->count) > 1) {
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

static ga_status look_into_variables(ga_evidence *evidence, const ga_field *field)
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
static ga_status look_into_whole(ga_evidence *evidence, const ga_field *field)
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

/* ---- Elements singly -------------------------------------------------------------------------
 */

/* One element of each of `count` equal parts of a range: never the same twice, never far apart. */
static size_t draw_sample(const ga_evidence *evidence, size_t first, size_t end, size_t count,
                          size_t *out)
{
    const size_t n = end - first;
    const size_t most = count < n ? count : n;
    for (size_t k = 0; k < most; k++) {
        const size_t from = first + (size_t)((double)n * (double)k / (double)most);
        const size_t to = first + (size_t)((double)n * (double)(k + 1) / (double)most);
        const uint64_t bits = ga_hash(evidence->options.seed, first + k, GA_FOR_SPOT, 0);
        out[k] = from + (size_t)(ga_hash_uniform(bits) * (double)(to - from));
    }
    return most;
}

static int is_measured(const ga_evidence *evidence, size_t element)
{
    size_t b = 0;
    size_t index = 0;
    ga_study_find(evidence, element, &b, &index);
    const ga_variable_record *const variable = &evidence->result->variables[b];
    for (size_t i = 0; i < variable->element_count; i++) {
        if (variable->elements[i].index == index) {
            return 1;
        }
    }
    return !ga_study_is_judgeable(evidence, b, index);
}

static size_t drop_measured(const ga_evidence *evidence, size_t *elements, size_t count)
{
    size_t kept = 0;
    for (size_t k = 0; k < count; k++) {
        if (!is_measured(evidence, elements[k])) {
            elements[kept++] = elements[k];
        }
    }
    return kept;
}

static void count_sample(ga_evidence *evidence, size_t b, const size_t *elements, size_t count)
{
    const ga_variable_record *const variable = &evidence->result->variables[b];
    ga_screened *const told = &evidence->screens[b].told;
    for (size_t k = 0; k < count; k++) {
        size_t block = 0;
        size_t index = 0;
        ga_study_find(evidence, elements[k], &block, &index);
        for (size_t i = 0; i < variable->element_count; i++) {
            if (variable->elements[i].index == index) {
                told->sampled++;
                told->sampled_wrong += variable->elements[i].verdict == GA_FAIL;
            }
        }
    }
}

/* Elements of what is wrong in too many to name them: they say what kind of fault it is. */
static ga_status sample_dense(ga_evidence *evidence)
{
    size_t dense = 0;
    for (size_t v = 0; v < evidence->field_variables; v++) {
        dense += evidence->screens[evidence->field_block[v]].told.is_dense != 0;
    }
    if (dense == 0) {
        return GA_OK;
    }
    const double each = ga_study_evaluations_left(evidence) / PER_SAMPLE / (double)dense / 2.0;
    const size_t wanted = each >= SAMPLE        ? (size_t)SAMPLE
                          : each > SAMPLE_LEAST ? (size_t)each
                                                : (size_t)SAMPLE_LEAST;
    for (size_t v = 0; v < evidence->field_variables && !evidence->evaluator.spent; v++) {
        const size_t b = evidence->field_block[v];
        const ga_screen *const screen = &evidence->screens[b];
        if (!screen->told.is_dense) {
            continue;
        }
        size_t elements[SAMPLE];
        size_t count =
            draw_sample(evidence, screen->dense_first, screen->dense_end, wanted, elements);
        count = drop_measured(evidence, elements, count);
        const ga_status status = ga_study_measure_list(
            evidence, elements, count, 1, evidence->point == 0 ? GA_KEEP_TELLING : GA_KEEP_WRONG);
        if (status != GA_OK) {
            return status;
        }
        count_sample(evidence, b, elements, count);
        if (evidence->screens[b].told.sampled_wrong > 0) {
            evidence->screens[b].told.verdict = GA_FAIL;
        }
    }
    return GA_OK;
}

/* The elements of a variable with the largest loss changes: what a float loss can show at all. */
static size_t pick_largest(const ga_evidence *evidence, size_t variable, size_t most, size_t *out)
{
    const size_t b = evidence->field_block[variable];
    const size_t n = evidence->problem->blocks[b].count;
    double changes[SPOT];
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        const double change =
            fabs(ga_study_claimed(evidence, b, i)) * ga_study_scale(evidence, b, i);
        if (!isfinite(change) || (count == most && !(change > changes[count - 1]))) {
            continue;
        }
        size_t place = count < most ? count++ : count - 1;
        for (; place > 0 && change > changes[place - 1]; place--) {
            changes[place] = changes[place - 1];
            out[place] = out[place - 1];
        }
        changes[place] = change;
        out[place] = evidence->field_first[variable] + i;
    }
    return count;
}

/* Whether single elements are seen through the rounding of floats. */
static int is_float_slope(const ga_evidence *evidence, size_t b)
{
    return evidence->profile.values.single || evidence->problem->blocks[b].dtype == GA_F32;
}

static ga_status spot_check(ga_evidence *evidence)
{
    const size_t variables = evidence->field_variables;
    const size_t each = SPOT / variables > 0 ? SPOT / variables : 1;
    size_t elements[SPOT];
    size_t count = 0;
    for (size_t v = 0; v < variables && count + each <= SPOT; v++) {
        const size_t first = evidence->field_first[v];
        const size_t end = evidence->field_first[v + 1];
        count += is_float_slope(evidence, evidence->field_block[v])
                     ? pick_largest(evidence, v, each, elements + count)
                     : draw_sample(evidence, first, end, each, elements + count);
    }
    count = drop_measured(evidence, elements, count);
    return ga_study_measure_list(evidence, elements, count, 0, GA_KEEP_TELLING);
}

/* ---- The strategy ----------------------------------------------------------------------------
 */

/* What the whole showed, less what was found singly, in bars. */
static void look_for_rest(ga_evidence *evidence, const ga_field *field)
{
    int is_named = 0; /* a variable is wrong as a whole: nobody knows how much of the rest it is */
    for (size_t v = 0; v < field->variables; v++) {
        const ga_screened *const told = &evidence->screens[evidence->field_block[v]].told;
        is_named |= told->verdict == GA_FAIL && (told->is_dense || evidence->located == 0);
    }
    double worst = 0.0;
    for (size_t i = 0; i < evidence->whole_count; i++) {
        const ga_direction *const at = &evidence->whole[i];
        double rest = at->residual;
        double bar = at->bar + at->allowed;
        for (size_t k = 0; k < evidence->remark_count; k++) {
            const ga_remark *const remark = &evidence->remarks[k];
            if (remark->element.verdict != GA_FAIL || remark->point != evidence->point) {
                continue;
            }
            size_t v = 0;
            while (evidence->field_block[v] != remark->variable) {
                v++;
            }
            double share = 0.0;
            field->shares(field->context, &at->course,
                          evidence->field_first[v] + remark->element.index, 1, &share);
            rest -= share * (remark->element.measured - remark->element.analytic);
            bar += fabs(share) * remark->element.uncertainty;
        }
        worst = fmax(worst, bar > 0 && isfinite(bar) ? fabs(rest) / bar : 0.0);
    }
    evidence->unexplained = is_named ? (double)NAN : worst;
}

static int is_suspect(const ga_evidence *evidence)
{
    int suspect = count_disagreeing(evidence->whole, evidence->whole_count) > 0;
    for (size_t v = 0; v < evidence->field_variables; v++) {
        suspect |= evidence->screens[evidence->field_block[v]].told.disagreeing > 0;
    }
    return suspect;
}

static int was_asked(const ga_evidence *evidence)
{
    for (size_t v = 0; v < evidence->field_variables; v++) {
        if (evidence->screens[evidence->field_block[v]].told.asked) {
            return 1;
        }
    }
    return 0;
}

/* The budget ended before all variables were asked who of them is wrong. */
static void leave_open(ga_evidence *evidence)
{
    int is_settled = 0;
    if (!evidence->evaluator.spent ||
        count_disagreeing(evidence->whole, evidence->whole_count) == 0) {
        return;
    }
    for (size_t v = 0; v < evidence->field_variables; v++) {
        ga_screen *const screen = &evidence->screens[evidence->field_block[v]];
        screen->unexplained |= !screen->told.asked;
        is_settled |= screen->told.asked || screen->told.verdict == GA_FAIL;
    }
    if (!is_settled && count_clear(evidence->whole, evidence->whole_count) > 1) {
        evidence->whole_wrong = 1;
    }
}

int ga_study_whole_disagrees(ga_evidence *evidence)
{
    ga_field field;
    ga_study_field(evidence, &field);
    measure_whole(evidence, &field, COURSES_BRIEF);
    return count_disagreeing(evidence->whole, evidence->whole_count) > 0;
}

ga_status ga_study_investigate(ga_evidence *evidence)
{
    ga_field field;
    ga_study_field(evidence, &field);
    measure_whole(evidence, &field, GA_COURSES_WHOLE);
    if (evidence->point == 0) {
        divide_out_whole(evidence, &field);
    }
    if (evidence->point == 0 || count_disagreeing(evidence->whole, evidence->whole_count) > 0) {
        measure_variables(evidence, &field);
    }
    ga_status status = evidence->point == 0 ? divide_out_variables(evidence, &field) : GA_OK;
    if (status == GA_OK && is_suspect(evidence)) {
        status = was_asked(evidence) ? look_into_variables(evidence, &field)
                                     : look_into_whole(evidence, &field);
        leave_open(evidence);
    }
    if (status == GA_OK && evidence->options.measure == GA_MEASURE_AUTO) {
        status = sample_dense(evidence);
    }
    look_for_rest(evidence, &field);
    return status;
}

ga_status ga_study_screen(ga_evidence *evidence, int spot)
{
    evidence->screens = calloc(evidence->home->block_count + 1, sizeof *evidence->screens);
    if (!evidence->screens) {
        return GA_ENOMEM;
    }
    for (size_t b = 0; b < evidence->home->block_count; b++) {
        evidence->result->variables[b].is_sparse = 1;
    }
    const ga_status status = ga_study_investigate(evidence);
    return status == GA_OK && spot && !evidence->evaluator.spent ? spot_check(evidence) : status;
}

const ga_screened *ga_evidence_screened(const ga_evidence *evidence, size_t variable)
{
    static const ga_screened nothing = {0};
    return evidence->screens ? &evidence->screens[variable].told : &nothing;
}

int ga_evidence_wrong_somewhere(const ga_evidence *evidence)
{
    return evidence->whole_wrong;
}
