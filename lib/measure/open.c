/*
 * The first two pairs. A loss that does not move at all is settled here: it is flat because g is
 * right to be 0, because it ignores the element, or because it moves in steps longer than ours.
 */
#include "trial.h"

#include "step.h"

#include <math.h>
#include <stddef.h>

static const double SHRINK = 30.0; /* after a step out of the domain */
enum {
    SHRINKS_MOST = 5
};                                  /* 30^5: from 1e-4 to 4e-12 of the scale */
static const double LONGER = 2.5;   /* second step when noise matters, */
static const double SHORTER = 0.5;  /* and when it does not */
static const double MATTERS = 1e-3; /* noise above this share of the slope cannot wait for judge */

/* Longer steps at which a flat loss gets another chance to move, in scales. */
static const double FAR[] = {0.3, 0.03};

/*
 * A loss rounded to a quantum q has noise of 0.29 q, so a step whose expected change is 400 times
 * the noise is more than 100 quanta long: had the loss any slope, it would have shown.
 */
static const double UNMISTAKABLE = 400.0;

/* A plateau matters when the slope beyond it predicts this many quanta of change on it. */
static const double PLATEAU = 64.0;

enum {
    HALVINGS_MOST = 16
}; /* of the stretch between the last flat step and the first that moved */

static int open_first(ga_trial *trial)
{
    double h = trial->opening * ga_watch_draw(&trial->watch, GA_FOR_OPENING, 0.8, 1.25);
    h = fmin(fmax(h, trial->least), trial->longest);
    for (int i = 0; i <= SHRINKS_MOST; i++) {
        if (ga_pairs_add(&trial->pairs, &trial->watch, h, NULL)) {
            return 1;
        }
        trial->edge = 1;
        h /= SHRINK;
        trial->longest = h;
    }
    return 0;
}

static int open_second(ga_trial *trial)
{
    const ga_pair first = trial->pairs.pair[0];
    const double noise = GA_SIGMAS * trial->noise / first.h;
    const int noisy = noise > trial->allowed && noise > MATTERS * fabs(first.slope);

    if (noisy && LONGER * first.h < trial->longest) {
        if (ga_pairs_add(&trial->pairs, &trial->watch, LONGER * first.h, NULL)) {
            return 1;
        }
        trial->edge = 1;
        trial->longest = first.h;
    }
    return ga_pairs_add(&trial->pairs, &trial->watch, SHORTER * first.h, NULL);
}

/* Longest step at which, and below which, the loss did not move. */
static double flat_until(const ga_pairs *pairs)
{
    double flat = 0.0;
    for (int i = pairs->count - 1; i >= 0 && ga_pair_is_flat(pairs->pair + i); i--) {
        flat = pairs->pair[i].h;
    }
    return flat;
}

/*
 * Does the loss leave its plateau by a jump, or continuously? Halve the stretch in which it leaves
 * until a change is found far below what the slope beyond predicts for the whole plateau.
 */
static ga_motion find_motion(ga_trial *trial, const ga_pair *moved, double flat)
{
    const double side = moved->rise != 0.0 ? 1.0 : -1.0;
    const double small = fabs(trial->out->far_slope) * flat / 4.0;
    double still = flat;
    double gone = moved->h;
    for (int i = 0; i < HALVINGS_MOST; i++) {
        const double middle = 0.5 * still + 0.5 * gone;
        const double move =
            fabs(ga_watch_value(&trial->watch, side * middle) - trial->watch.values.origin);
        if (move == 0.0) {
            still = middle;
        } else if (move < small) {
            return GA_MOTION_CONTINUOUS;
        } else {
            gone = middle;
        }
    }
    return GA_MOTION_JUMPS;
}

/* Fill in what is known of a plateau around x: its length, and how it ends. */
static void describe_plateau(ga_trial *trial)
{
    ga_probe *out = trial->out;
    const ga_pair *moved = NULL;
    out->flat_step = flat_until(&trial->pairs);
    for (int i = 0; i < trial->pairs.count; i++) {
        if (trial->pairs.pair[i].h > out->flat_step && !ga_pair_is_flat(trial->pairs.pair + i)) {
            moved = trial->pairs.pair + i;
        }
    }
    if (!moved || !(out->flat_step > 0.0)) {
        return;
    }
    out->far_slope = moved->slope;
    const double quantum = ga_values_quantum(&trial->watch.values);
    if (fabs(out->far_slope) * out->flat_step > PLATEAU * quantum) {
        out->motion = find_motion(trial, moved, out->flat_step);
    }
}

/* Could a change of g h hide in the quanta of the loss? */
static int may_be_quantised(const ga_trial *trial, double h)
{
    const double expected = fabs(trial->claim->analytic) * h;
    return !(trial->profile->moves && expected > UNMISTAKABLE * trial->noise);
}

/* It moved after all, so in steps of at most the least move seen: that is its noise. */
static ga_stage go_on(ga_trial *trial)
{
    const double least = ga_pairs_least_move(&trial->pairs);
    if (isfinite(least)) {
        trial->noise = fmax(trial->noise, 0.5 * least);
    }
    return GA_STAGE_JUDGE;
}

static ga_stage settle_flat(ga_trial *trial)
{
    ga_probe *out = trial->out;
    const double size = fabs(trial->claim->analytic);
    const ga_line *line = trial->watch.line;
    double longest = trial->pairs.pair[0].h;

    for (int i = 0; i < 2 && FAR[i] * trial->scale > 2.0 * longest; i++) {
        int place = 0;
        const double h = fmin(FAR[i] * trial->scale, ga_step_room(line));
        if (ga_pairs_add(&trial->pairs, &trial->watch, h, &place) &&
            ga_pair_is_flat(trial->pairs.pair + place)) {
            longest = trial->pairs.pair[place].h;
            break;
        }
    }
    describe_plateau(trial);
    const int flat = ga_pair_is_flat(trial->pairs.pair);
    const int fine = !may_be_quantised(trial, longest);
    const int dead = out->motion == GA_MOTION_CONTINUOUS; /* flat for good reason: a hinge */
    const double least = fmax(trial->noise, ga_values_quantum(&trial->watch.values));
    const double bar = GA_SIGMAS * least / longest;
    const int agrees = isfinite(bar) && size <= trial->claim->rounding + bar;
    if (!flat && !fine && !(dead && agrees)) {
        return go_on(trial);
    }
    out->value = 0.0;
    out->step = longest;
    out->uncertainty = bar;
    out->resolution = fmax(bar + size, trial->tolerance);
    if (agrees) {
        return ga_trial_end(trial, GA_PROBE_PASS, GA_FLAT_ZERO);
    }
    if (fine) {
        out->resolution = bar;
        return ga_trial_end(trial, GA_PROBE_FAIL, GA_IGNORED);
    }
    out->uncertainty = fmax(bar, size);
    out->resolution = out->uncertainty;
    return ga_trial_end(trial, GA_PROBE_INCONCLUSIVE, GA_DEAD);
}

ga_stage ga_trial_open(ga_trial *trial)
{
    if (!open_first(trial)) {
        return ga_trial_end(trial, GA_PROBE_NONFINITE, GA_NOT_FINITE);
    }
    if (!open_second(trial)) {
        return ga_trial_end(trial, GA_PROBE_INCONCLUSIVE, GA_NO_ROOM);
    }
    if (ga_pair_is_flat(trial->pairs.pair) && ga_pair_is_flat(trial->pairs.pair + 1)) {
        const ga_stage next = settle_flat(trial);
        if (next == GA_STAGE_DONE) {
            return next;
        }
    }
    trial->out->lesson.moves = 1;
    return GA_STAGE_JUDGE;
}
