/*
 * What was excluded, what was not, and what stands in the way: for each variable and for the run.
 *
 * Directions exclude faults of any form above a norm, with a probability; elements measured singly
 * have a resolution each. The two are never mixed: an element counts as measured singly, or as
 * covered by directions, or as not seen.
 */
#include "study.h"

#include <math.h>
#include <string.h>

/* That a fault above the stated size hides from the directions. */
static const double MISS = 1e-3;

/* One wrong element stands out of a hybrid direction for certain when its loss change is as many
 * bars: its share there is at least 1/2, and the bar is counted on both sides. */
static const double SEEN_BARS = 4.0;

/* A direction whose bar is a larger share of the gradient says nothing of it. */
static const double TELLING = 0.3;

/* As many hybrid directions go through everything unless the budget is short. */
static const size_t HYBRIDS_USUAL = 4;

double ga_study_confidence(void)
{
    return 1.0 - MISS;
}

static const char *limit_of(const ga_evidence *evidence, const ga_direction *direction)
{
    switch (direction->limit) {
    case GA_DIRECTION_ROUGH:
        return direction->kinked ? "kinks" : "curvature";
    case GA_DIRECTION_CLAIM:
        return "the rtol of the gradient";
    case GA_DIRECTION_DOMAIN:
        return "the domain of the loss";
    case GA_DIRECTION_NOISE:
        break;
    }
    return evidence->profile.noise > ga_profile_clean(&evidence->profile.values) ? "noise"
                                                                                 : "rounding";
}

static int is_float_loss(const ga_evidence *evidence)
{
    int is_float = evidence->profile.values.single;
    for (size_t v = 0; v < evidence->field_variables; v++) {
        is_float |= evidence->described[evidence->field_block[v]].dtype == GA_F32;
    }
    return is_float && !evidence->on_twin;
}

static const char *remedy_of(const ga_evidence *evidence, const char *limit)
{
    if (!limit) {
        return NULL;
    }
    if (strcmp(limit, "the budget") == 0) {
        return "give more of it (--budget, or max_evaluations and max_seconds)";
    }
    if (is_float_loss(evidence) && limit[0] != 't') {
        return "build the same loss in double and hand it over with ga_problem_twin()";
    }
    switch (limit[0]) {
    case 'k':
        return "audit at another point, or give more budget: an element alone meets fewer kinks";
    case 'c':
        return "audit at another point, or rescale the variables";
    case 'n':
        return "make the loss repeatable to rounding: a tighter solver tolerance, a fixed order of "
               "sums";
    case 't':
        return limit[4] == 'd'
                   ? "audit at a point farther from the edge of the domain"
                   : "nothing is in the way of a closer look: a smaller rtol asks for one";
    default:
        return NULL; /* rounding of doubles: as fine as it gets */
    }
}

static size_t hybrids_of(const ga_direction *directions, size_t count,
                         ga_direction out[GA_COURSES_WHOLE])
{
    size_t hybrids = 0;
    for (size_t i = 0; i < count; i++) {
        if (directions[i].course.kind == GA_SWEEP_HYBRID && isfinite(directions[i].bar)) {
            out[hybrids++] = directions[i];
        }
    }
    return hybrids;
}

static const ga_direction *finest(const ga_direction *directions, size_t count)
{
    const ga_direction *best = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!best || directions[i].bar + directions[i].allowed < best->bar + best->allowed) {
            best = &directions[i];
        }
    }
    return best;
}

typedef struct tally {
    size_t asked, seen; /* elements whose gradient is not 0; those whose loss would be noticed */
} tally;

/* How many would be seen along directions with this bar. */
static tally count_along(const ga_evidence *evidence, size_t b, double bar)
{
    enum {
        CHUNK = 1024
    };
    const ga_block *const block = &evidence->problem->blocks[b];
    const double rms = evidence->scales[b].rms_x;
    const double usual = rms > 0 ? rms : evidence->usual_scale;
    const double per_unit = 1.0 / fabs(block->gradient_scale * evidence->ratio);
    const void *const bits_x = ga_bits_of(&evidence->evaluator, evidence->evaluator.point, b);
    const void *const bits_g = ga_bits_of(&evidence->evaluator, evidence->gradient, b);
    double values[CHUNK];
    double claims[CHUNK];
    tally count = {0};
    for (size_t i = 0; i < block->count; i += CHUNK) {
        const size_t n = block->count - i < CHUNK ? block->count - i : (size_t)CHUNK;
        const double *const x = ga_elements_of(bits_x, block->dtype, i, n, values);
        const double *const g = ga_elements_of(bits_g, block->dtype, i, n, claims);
        for (size_t k = 0; k < n; k++) {
            const double scale = block->is_tensor || x[k] == 0 ? usual : fabs(x[k]);
            count.asked += g[k] != 0;
            count.seen += fabs(g[k]) * per_unit * scale > SEEN_BARS * bar;
        }
    }
    return count;
}

/* And those that were measured singly. */
static tally count_seen(const ga_evidence *evidence, size_t b, double bar)
{
    const ga_variable_record *const variable = &evidence->result->variables[b];
    const ga_block *const block = &evidence->problem->blocks[b];
    const double rms = evidence->scales[b].rms_x;
    const double usual = rms > 0 ? rms : evidence->usual_scale;
    tally count = count_along(evidence, b, bar);
    for (size_t k = 0; k < variable->element_count; k++) {
        const ga_element *const element = &variable->elements[k];
        const double g = fabs(ga_study_claimed(evidence, b, element->index));
        const double scale = block->is_tensor ? usual : ga_study_scale(evidence, b, element->index);
        const int singly = element->verdict != GA_INCONCLUSIVE && element->resolution < g;
        count.seen += singly && !(g * scale > SEEN_BARS * bar);
    }
    return count;
}

static void state_screened(const ga_evidence *evidence, size_t b, ga_statement *out, tally *seen)
{
    /* its own directions are finer, those of the whole are more */
    const ga_screen *const screen = &evidence->screens[b];
    ga_direction own[GA_COURSES_WHOLE];
    ga_direction whole[GA_COURSES_WHOLE];
    const size_t count = hybrids_of(screen->directions, screen->count, own);
    const size_t wholes = hybrids_of(evidence->whole, evidence->whole_count, whole);
    const ga_direction *const best = count > 0 ? finest(own, count) : finest(whole, wholes);
    const double bound =
        fmin(ga_directions_exclude(own, count, MISS), ga_directions_exclude(whole, wholes, MISS));
    const double norm = ga_study_norm(evidence, b);
    if (!best) {
        return;
    }
    out->covered = ga_study_covered(evidence, b) - evidence->result->variables[b].element_count;
    out->resolution = norm > 0 ? bound / norm : (double)NAN;
    const double bars = best->bar + best->allowed;
    out->is_open = !(bars <= TELLING * fmax(norm, fabs(best->residual))) || out->resolution >= 1.0;
    const size_t most = count > wholes ? count : wholes;
    const int is_short = most < HYBRIDS_USUAL && most < ga_study_judged(evidence);
    out->limit = is_short ? "the budget" : limit_of(evidence, best);
    out->remedy = remedy_of(evidence, out->limit);
    *seen = count_seen(evidence, b, best->bar + best->allowed);
}

static void state_singly(const ga_evidence *evidence, size_t b, ga_statement *out, tally *seen)
{
    if (evidence->result->variables[b].element_count > 0) {
        *seen = count_seen(evidence, b, (double)INFINITY);
    }
    const ga_profile *const profile = &evidence->profile;
    out->limit = profile->noise > ga_profile_clean(&profile->values) ? "noise" : "rounding";
    out->remedy = remedy_of(evidence, out->limit);
}

static int any_wrong(const ga_evidence *evidence)
{
    int wrong = 0;
    for (size_t v = 0; v < evidence->field_variables; v++) {
        wrong |= evidence->screens[evidence->field_block[v]].told.verdict == GA_FAIL;
    }
    return wrong;
}

static double worst_of_the_rest(const ga_evidence *evidence)
{
    double worst = (double)NAN;
    for (size_t v = 0; v < evidence->field_variables; v++) {
        const size_t b = evidence->field_block[v];
        const double resolution = evidence->statements[b].resolution;
        if (evidence->screens[b].told.verdict != GA_FAIL && !isnan(resolution) &&
            !(resolution <= worst)) {
            worst = resolution;
        }
    }
    return worst;
}

static void state_run(ga_evidence *evidence, const tally *seen)
{
    ga_statement *const run = &evidence->statement;
    run->seen_share = seen->asked ? (double)seen->seen / (double)seen->asked : (double)NAN;
    if (!evidence->screened) {
        run->resolution = (double)NAN; /* that of the variables */
        run->limit = evidence->statements[evidence->field_block[0]].limit;
        run->remedy = remedy_of(evidence, run->limit);
        return;
    }
    ga_direction hybrids[GA_COURSES_WHOLE];
    const size_t count = hybrids_of(evidence->whole, evidence->whole_count, hybrids);
    const ga_direction *const best = finest(hybrids, count);
    ga_field field;
    ga_study_field(evidence, &field);
    run->resolution = count > 0 && field.size > 0
                          ? ga_directions_exclude(hybrids, count, MISS) / field.size
                          : (double)NAN;
    if (any_wrong(evidence)) {
        run->resolution = worst_of_the_rest(evidence); /* the whole knows of nothing else now */
    }
    run->limit = best ? limit_of(evidence, best) : NULL;
    if (best && count < HYBRIDS_USUAL && count < field.count) {
        run->limit = "the budget"; /* more directions exclude more */
    }
    run->remedy = remedy_of(evidence, run->limit);
}

void ga_study_state(ga_evidence *evidence)
{
    tally all = {0};
    ga_study_sort_elements(evidence);
    for (size_t v = 0; v < evidence->field_variables; v++) {
        const size_t b = evidence->field_block[v];
        ga_statement *const out = &evidence->statements[b];
        tally seen = {0};
        if (evidence->screened) {
            state_screened(evidence, b, out, &seen);
        } else {
            state_singly(evidence, b, out, &seen);
        }
        out->seen_share = seen.asked ? (double)seen.seen / (double)seen.asked : (double)NAN;
        all.asked += seen.asked;
        all.seen += seen.seen;
    }
    state_run(evidence, &all);
}
