/*
 * A gradient can be right where it was tried and wrong elsewhere: behind a dead unit, off a special
 * value, on the other side of a branch. So directions are measured at jittered points too, and
 * elements only where those disagree. Nothing but a gradient that is wrong there is reported.
 */
#include "study.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How far the points lie, in scales: far enough for another branch. A second try, nearer, where the
 * loss is not finite so far off. */
static const double SIZES[] = {0.25, 0.05};

enum {
    SIZE_COUNT = sizeof SIZES / sizeof *SIZES,
    SINGLY_MOST = 64, /* elements that are simply measured where directions disagree */
    POINT_COST = 20   /* evaluations: loss and directions */
};

/* What belongs to the point given and is put aside meanwhile. */
typedef struct aside {
    ga_journey journey;
    ga_screen *screens;
    ga_direction whole[GA_COURSES_WHOLE];
    size_t whole_count, located;
    double unexplained;
    int whole_wrong;
} aside;

static int found_wrong(const ga_evidence *evidence)
{
    if (evidence->ratio != 1.0) {
        return 1;
    }
    for (size_t k = 0; k < evidence->remark_count; k++) {
        if (evidence->remarks[k].element.verdict == GA_FAIL) {
            return 1;
        }
    }
    for (size_t v = 0; evidence->screens && v < evidence->field_variables; v++) {
        if (evidence->screens[evidence->field_block[v]].told.verdict == GA_FAIL) {
            return 1;
        }
    }
    return evidence->whole_wrong;
}

static ga_status measure_singly(ga_evidence *evidence)
{
    size_t elements[SINGLY_MOST];
    size_t count = 0;
    for (size_t element = 0; element < ga_study_judged(evidence); element++) {
        size_t b = 0;
        size_t index = 0;
        ga_study_find(evidence, element, &b, &index);
        if (ga_study_is_judgeable(evidence, b, index)) {
            elements[count++] = element;
        }
    }
    return ga_study_measure_list(evidence, elements, count, 0, GA_KEEP_WRONG);
}

/* What the directions say here; where they disagree, what is wrong. */
static ga_status look_around(ga_evidence *evidence)
{
    const int few = ga_study_judged(evidence) <= SINGLY_MOST;
    evidence->points++;
    if (!ga_study_whole_disagrees(evidence) || !ga_study_measure_noise(evidence)) {
        return GA_OK;
    }
    return few ? measure_singly(evidence) : ga_study_investigate(evidence);
}

static void put_aside(const ga_evidence *evidence, aside *kept)
{
    kept->whole_count = evidence->whole_count;
    kept->located = evidence->located;
    kept->unexplained = evidence->unexplained;
    kept->whole_wrong = evidence->whole_wrong;
    memcpy(kept->whole, evidence->whole, sizeof kept->whole);
    memcpy(kept->screens, evidence->screens,
           evidence->home->block_count * sizeof *kept->screens);
}

/* Back to what the point given has shown, save for what is wrong here alone. */
static void take_back(ga_evidence *evidence, const aside *kept)
{
    for (size_t b = 0; b < evidence->home->block_count; b++) {
        if (evidence->screens[b].told.verdict != GA_FAIL) {
            evidence->screens[b] = kept->screens[b];
        }
    }
    evidence->whole_count = kept->whole_count;
    evidence->located = kept->located;
    evidence->unexplained = kept->unexplained;
    evidence->whole_wrong |= kept->whole_wrong;
    memcpy(evidence->whole, kept->whole, sizeof kept->whole);
}

static ga_status visit(ga_evidence *evidence, int k, aside *kept)
{
    ga_status status = GA_OK;
    put_aside(evidence, kept);
    if (ga_journey_go(evidence, &kept->journey, k, SIZES, SIZE_COUNT)) {
        status = look_around(evidence);
    }
    take_back(evidence, kept);
    ga_journey_return(evidence, &kept->journey);
    return status;
}

static ga_status prepare(ga_evidence *evidence, aside *kept)
{
    const size_t blocks = evidence->home->block_count + 1;
    if (!evidence->screens) {
        evidence->screens = calloc(blocks, sizeof *evidence->screens);
    }
    kept->screens = calloc(blocks, sizeof *kept->screens);
    if (!evidence->screens || !kept->screens ||
        ga_journey_begin(evidence, &kept->journey) != GA_OK) {
        return GA_ENOMEM;
    }
    for (size_t b = 0; b + 1 < blocks; b++) {
        evidence->result->variables[b].is_sparse = 1;
    }
    return GA_OK;
}

ga_status ga_study_visit_points(ga_evidence *evidence, int points)
{
    if (points < 2 || found_wrong(evidence)) {
        return GA_OK; /* what is wrong here is wrong elsewhere too, and would hide the rest */
    }
    ga_study_use_own(evidence);
    aside kept = {0};
    ga_status status = prepare(evidence, &kept);
    for (int k = 1; k < points && status == GA_OK && !evidence->evaluator.spent &&
                    !found_wrong(evidence) && ga_study_evaluations_left(evidence) >= POINT_COST;
         k++) {
        status = visit(evidence, k, &kept);
    }
    ga_journey_end(&kept.journey);
    free(kept.screens);
    return status;
}
