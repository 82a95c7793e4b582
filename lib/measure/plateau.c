/*
 * Plateaus: a loss that does not move at short steps, but does at longer ones. Either it moves in
 * steps (rounding, a threshold, a cast) and has no slope worth the name, or it is flat up to a
 * hinge, as a dead unit is, and its slope at x is 0.
 */
#include "trial.h"

#include "step.h"

#include <float.h>
#include <math.h>
#include <stddef.h>

enum {
    HALVINGS_MOST = 16, /* of the stretch in which the loss leaves its plateau, */
    STAYS_ENOUGH = 2,   /* moves in a row that stay: it is a jump */
    LOOKS_MOST = 2,     /* shorter steps at which a plateau may show */
    STRETCHES_MOST = 3  /* square roots of a ratio: from 1e4 to under 4 */
};

static const double SAME = 0.01;     /* moves this close are one jump */
static const double SHORTER = 0.125; /* ratio of those looks */

/* A step at which losses are expected to move, in scales: shorter plateaus are an inner solver's.
 */
static const double WORKING = 1e-4;

/* A plateau matters when the slope beyond it predicts this many quanta of change on it. */
static const double MATTERS = 64.0;

/* A unit that wakes up sends everything behind it another way through the rounding: the loss then
 * differs by so many quanta at once, and that is no jump; or, where its noise is that of floats and
 * not of steps, by so many standard deviations. */
static const double OTHER_WAY = 64.0;
static const double NOISES = 16.0;
static const double FLOATS_LEAST = 1e-13;
static const double FLOATS_MOST = 1e-5;

/* A move this far below what is predicted comes of a slope. Not more: of many jumps the first one
 * may be a small one. */
static const double VANISHING = 1.0 / 64.0;
static const double A_FEW = 16.0; /* quanta: so near its rounding every loss moves in steps */

static const double CLOSE_ENOUGH = 4.0; /* the edge of a plateau is known to this factor */

/* A side that moves this many times as much as predicted does not slope, it jumps. */
static const double EDGE = 4.0;

/* What the slope must predict at the step where a plateau is sought, as a share of the loss: well
 * above what matters, also where part of the loss is computed in float and rests by that. */
static const double SOUGHT = 8.0 * 64.0 * (double)FLT_EPSILON;

/*
 * A loss rounded to a quantum q has noise of 0.29 q, so a step whose expected change is 400 times
 * the noise is more than 100 quanta long: had the loss any slope, it would have shown.
 */
static const double UNMISTAKABLE = 400.0;

/* The shortest pair that moved the loss, above a run of shorter ones that did not; NULL if none. */
static const ga_pair *first_moved(const ga_pairs *pairs)
{
    int i = pairs->count - 1;
    while (i >= 0 && ga_pair_is_flat(pairs->pair + i)) {
        i--;
    }
    return i >= 0 && i + 1 < pairs->count ? pairs->pair + i : NULL;
}

int ga_trial_find_plateau(ga_trial *trial)
{
    const ga_pairs *pairs = &trial->pairs;
    const ga_pair *moved = first_moved(pairs);
    ga_probe *out = trial->out;

    for (int i = pairs->count - 1; i >= 0 && ga_pair_is_flat(pairs->pair + i); i--) {
        out->flat_step = fmax(out->flat_step, pairs->pair[i].h);
    }
    out->far_slope = moved ? moved->slope : out->far_slope;
    return moved != NULL;
}

static double other_way(const ga_trial *trial, double quantum)
{
    const double share = trial->noise / fabs(trial->watch.values.origin);
    const int is_of_floats = share > FLOATS_LEAST && share < FLOATS_MOST;
    return fmax(OTHER_WAY * quantum, is_of_floats ? NOISES * trial->noise : 0.0);
}

int ga_trial_follow_plateau(ga_trial *trial, double small)
{
    const ga_pair *moved = first_moved(&trial->pairs);
    const double side = moved->rise != 0.0 ? 1.0 : -1.0;
    double still = moved[1].h;
    double gone = moved->h;
    double last = 0.0; /* move at `gone`: of a jump it stays, of a slope it halves at least */
    const double quantum = ga_values_quantum(&trial->watch.values);
    int stays = 0;

    trial->out->motion = GA_MOTION_JUMPS;
    for (int i = 0; i < HALVINGS_MOST && stays < STAYS_ENOUGH; i++) {
        const double middle = 0.5 * still + 0.5 * gone;
        const double value = ga_watch_value(&trial->watch, side * middle);
        const double move = fabs(value - trial->watch.values.origin);
        if (move == 0.0) {
            still = middle;
            continue;
        }
        if (move < fmax(VANISHING * small, A_FEW * quantum)) {
            trial->out->motion = GA_MOTION_CONTINUOUS;
            return 0;
        }
        stays = fabs(move - last) <= SAME * last || !isfinite(move) ? stays + 1 : 0;
        last = move;
        gone = middle;
    }
    if (last > 0.0 && (stays == 0 || last < other_way(trial, quantum))) {
        trial->out->motion = GA_MOTION_CONTINUOUS;
    }
    return trial->out->motion == GA_MOTION_JUMPS;
}

static int matters(const ga_trial *trial, double slope)
{
    const double predicted = fabs(slope) * trial->out->flat_step;
    return predicted > MATTERS * ga_values_quantum(&trial->watch.values);
}

void ga_trial_describe_plateau(ga_trial *trial)
{
    if (ga_trial_find_plateau(trial) && matters(trial, trial->out->far_slope)) {
        const double predicted = fabs(trial->out->far_slope) * trial->out->flat_step;
        ga_trial_follow_plateau(trial, 0.25 * predicted);
    }
}

/* How far the flat stretch around x reaches, to a factor of four. */
static void stretch_plateau(ga_trial *trial)
{
    ga_pairs *pairs = &trial->pairs;
    const double enough = SOUGHT * trial->watch.values.largest;
    for (int i = 0; i < STRETCHES_MOST; i++) {
        const ga_pair *moved = first_moved(pairs);
        if (moved && fabs(moved[0].slope) * moved[1].h >= enough) {
            break; /* long enough to matter, whatever the precision */
        }
        if (!moved || moved[0].h <= CLOSE_ENOUGH * moved[1].h ||
            !ga_pairs_add(pairs, &trial->watch, sqrt(moved[0].h) * sqrt(moved[1].h), NULL)) {
            break;
        }
    }
    ga_trial_find_plateau(trial);
}

/* One side rests at h, and the other has moved far more than any slope seen would: by as much as it
 * moves at a sixteenth of h. Then x itself stands at the edge of a step. */
static int stands_at_edge(ga_trial *trial, const ga_pair *near, double predicted)
{
    const double move = fmax(fabs(near->rise), fabs(near->fall));
    const double still = fmin(fabs(near->rise), fabs(near->fall));
    if (still != 0.0 || !(move > EDGE * predicted)) {
        return 0;
    }
    const double side = near->rise != 0.0 ? 1.0 : -1.0;
    const double h = fmax(near->h / 16.0, trial->least);
    const double closer = ga_watch_value(&trial->watch, side * h) - trial->watch.values.origin;
    return fabs(fabs(closer) - move) <= SAME * move;
}

int ga_trial_seek_plateau(ga_trial *trial)
{
    ga_pairs *pairs = &trial->pairs;
    ga_probe *out = trial->out;
    const double quantum = ga_values_quantum(&trial->watch.values);
    if (pairs->count == 0 || trial->profile->quiet > MATTERS * quantum) {
        return 0; /* one-sided; or noisy up close, where a plateau would rest */
    }
    const double slope = fmax(fabs(trial->claim->analytic), fabs(pairs->pair[0].slope));
    const double shortest = pairs->pair[pairs->count - 1].h;
    const double predicted = SOUGHT * trial->watch.values.largest;
    const double h = fmax(predicted / slope, trial->least);
    int place = 0;
    if (out->motion == GA_MOTION_UNKNOWN && h < shortest &&
        ga_pairs_add(pairs, &trial->watch, h, &place)) {
        const ga_pair near = pairs->pair[place];
        if (ga_pair_is_flat(&near)) {
            ga_trial_describe_plateau(trial);
        } else if (stands_at_edge(trial, &near, predicted)) {
            out->motion = GA_MOTION_JUMPS;
            out->flat_step = near.h;
            out->far_slope = near.slope;
            return 1;
        }
    }
    if (out->motion == GA_MOTION_JUMPS) {
        stretch_plateau(trial);
    }
    return out->motion == GA_MOTION_JUMPS;
}

int ga_trial_shows_slope(const ga_trial *trial, double h)
{
    const double expected = fabs(trial->claim->analytic) * h;
    return trial->profile->moves && expected > UNMISTAKABLE * trial->noise;
}

int ga_trial_agrees_with_zero(const ga_trial *trial, double bar)
{
    const double size = fabs(trial->claim->analytic);
    const int narrow = !trial->profile->strict || size + bar <= trial->allowed;
    /* a value that is not 0 needs a bar that could tell it from 0 */
    const int is_zero = size <= trial->claim->rounding || ga_trial_acceptable(trial, bar);
    return isfinite(bar) && size <= trial->claim->rounding + bar && is_zero && narrow;
}

/* Before a loss is said to ignore an element: steps longer than any probe takes, at which a
 * threshold would be crossed. */
static void look_beyond(ga_trial *trial)
{
    static const double far[] = {1.0, 3.0, 10.0}; /* scales */
    const double room = ga_step_room(trial->watch.line);
    for (size_t i = 0; i < sizeof far / sizeof *far && !first_moved(&trial->pairs); i++) {
        (void)ga_pairs_add(&trial->pairs, &trial->watch, fmin(far[i] * trial->scale, room), NULL);
    }
    if (trial->out->motion == GA_MOTION_UNKNOWN) {
        ga_trial_describe_plateau(trial);
    }
}

ga_stage ga_trial_settle_plateau(ga_trial *trial)
{
    ga_probe *out = trial->out;
    const double size = fabs(trial->claim->analytic);
    const double rounding = ga_values_floor(&trial->watch.values);
    const int hinge = out->motion == GA_MOTION_CONTINUOUS;
    const int shows = ga_trial_shows_slope(trial, out->flat_step) ||
                      (hinge && size * out->flat_step > UNMISTAKABLE * rounding);
    const double least =
        fmax(hinge ? rounding : trial->noise, ga_values_quantum(&trial->watch.values));
    const double bar = GA_SIGMAS * least / out->flat_step;
    const int agrees = ga_trial_agrees_with_zero(trial, bar);
    const int flat = ga_pair_is_flat(trial->pairs.pair); /* even at the longest step */

    if (!shows && !(hinge && agrees) && !flat) {
        return GA_STAGE_JUDGE;
    }
    out->value = 0.0;
    out->step = out->flat_step;
    out->uncertainty = bar;
    out->resolution = fmax(bar + size, trial->tolerance);
    if (agrees) {
        return ga_trial_end(trial, GA_PROBE_PASS, GA_FLAT_ZERO);
    }
    if (shows) {
        look_beyond(trial);
        out->resolution = bar;
        return ga_trial_end(trial, GA_PROBE_FAIL, GA_IGNORED);
    }
    out->uncertainty = fmax(bar, size);
    out->resolution = out->uncertainty;
    return ga_trial_end(trial, GA_PROBE_INCONCLUSIVE, GA_DEAD);
}

int ga_trial_stands_on_plateau(ga_trial *trial)
{
    ga_pairs look = {.count = 0};
    const double shortest = trial->pairs.pair[trial->pairs.count - 1].h;
    const double h = fmin(SHORTER * shortest, WORKING * trial->scale);
    const double quantum = ga_values_quantum(&trial->watch.values);

    if (trial->watch.values.same == 0 || h < trial->least ||
        !(fabs(trial->claim->analytic) * h <= quantum) ||
        !ga_pairs_add(&look, &trial->watch, h, NULL) || !ga_pair_is_flat(look.pair)) {
        return 0;
    }
    trial->out->flat_step = fmax(trial->out->flat_step, look.pair[0].h);
    trial->out->far_slope = trial->out->value;
    return matters(trial, trial->out->value);
}

ga_stage ga_trial_leave_open(ga_trial *trial, ga_probe_reason reason)
{
    ga_pairs *pairs = &trial->pairs;
    const int stepped = trial->watch.values.same > 0;
    if (trial->out->motion == GA_MOTION_UNKNOWN) {
        ga_trial_describe_plateau(trial);
    }
    for (int i = 0; i < LOOKS_MOST && stepped && trial->out->flat_step == 0.0; i++) {
        const double h = SHORTER * pairs->pair[pairs->count - 1].h;
        if (h < trial->least || !ga_pairs_add(pairs, &trial->watch, h, NULL)) {
            break;
        }
        ga_trial_describe_plateau(trial);
    }
    if (trial->out->motion == GA_MOTION_CONTINUOUS &&
        ga_trial_settle_plateau(trial) == GA_STAGE_DONE) {
        return GA_STAGE_DONE;
    }
    const int jumps = trial->out->motion == GA_MOTION_JUMPS;
    return ga_trial_end(trial, GA_PROBE_INCONCLUSIVE, jumps ? GA_MOVES_IN_STEPS : reason);
}
