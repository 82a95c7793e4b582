/*
 * The probe of an element that directions have accused.
 *
 * A FAIL needs two independent estimates that exclude the claim and agree with each other. The
 * directions are one of them, so here a single short pair may be the second: its bar is bounded as
 * that of a first glance, noise by noise/h, a kink or a curvature inside the step by |c|/h. Where
 * one pair leaves a doubt, two are put together as everywhere; where two do, the whole probe
 * decides as if nobody had expected anything. So an expectation can only shorten the way to a FAIL
 * that the element's own evaluations show.
 */
#include "probe.h"

#include "kink.h"
#include "step.h"
#include "trial.h"

#include <math.h>
#include <stddef.h>

/* Noise and curvature may each be this share of the gap: the step lies equally far from both. */
static const double SIXTEENTH = 0.0625;

/* A vanishing slope does not make a straight loss: |f''| s is taken to be at least this share. */
static const double OF_CHANGE = 0.01;
static const double STEP_MOST = 0.1; /* of the reach */

/*
 * The claim must lie this many bars away. At an inflection the even part says nothing of the
 * truncation: there a gap must also be a share of the slope that no truncation of so short a step
 * reaches.
 */
static const double CLEARLY = 4.0;
static const double VISIBLY = 0.02;

static const double SHORTER = 0.3;       /* second step, in units of the first */
static const double CLEARLY_TWICE = 2.0; /* bars, when two pairs are put together */

/* Noise that is as large up close is noise, not structure. */
static const double AS_LARGE = 0.25;

/* No kinks, no structure below the step: what a short way cannot see. */
static int is_plain(const ga_profile *profile)
{
    const int clean = profile->noise <= ga_profile_clean(&profile->values);
    return (clean || profile->quiet >= AS_LARGE * profile->noise) && profile->kinks == 0;
}

static double first_step(const ga_trial *trial, double expected)
{
    const ga_line *line = trial->watch.line;
    const ga_claim *claim = trial->claim;
    const double part = SIXTEENTH * fabs(expected - claim->analytic);
    const double size = fmax(fabs(expected), fabs(claim->analytic));
    const double bend = fmax(size, OF_CHANGE * claim->step_change / trial->scale);
    const double shortest = GA_SIGMAS * trial->noise / (sqrt(2.0) * part);
    const double longest = trial->scale * part / bend;
    const double most = fmin(STEP_MOST * line->reach, ga_step_room(line));
    const double h = fmin(sqrt(shortest) * sqrt(longest), most);
    return shortest <= longest && h >= shortest && h >= trial->least ? h : 0.0;
}

/* Whether value +- bar meets the expectation and lies beyond `times` bars from the claim. */
static int accuses(const ga_trial *trial, const ga_estimate *made, double times, double expected,
                   double expected_bar)
{
    return ga_trial_gap(trial, made->value) > times * made->bar + trial->allowed &&
           fabs(made->value - expected) <= made->bar + expected_bar;
}

/* One pair: everything that can be wrong with it is in its own even part. */
static int accuse_with_one(ga_trial *trial, double expected, double expected_bar)
{
    const ga_pair *pair = trial->pairs.pair;
    const double bend = fabs(pair->even) / pair->h;
    const double noise = GA_SIGMAS * trial->noise / (sqrt(2.0) * pair->h);
    const ga_estimate made = {
        .value = pair->slope,
        .bar = noise + bend + fabs(pair->slope - expected),
        .noise = noise,
        .truncation = bend,
        .at = -1,
    };
    const double size = fmax(fabs(pair->slope), fabs(trial->claim->analytic));
    ga_trial_weigh(trial, bend / pair->h * trial->scale);
    if (ga_pair_is_flat(pair) || !(ga_trial_gap(trial, made.value) >= VISIBLY * size) ||
        !accuses(trial, &made, CLEARLY, expected, expected_bar)) {
        return 0;
    }
    ga_trial_state(trial, &made, &trial->pairs);
    trial->out->step = pair->h;
    return 1;
}

static int accuse_with_two(ga_trial *trial, double expected, double expected_bar)
{
    const ga_pairs *pairs = &trial->pairs;
    const ga_estimate made = ga_estimate_slope(pairs, 0, pairs->count, trial->noise);
    const ga_pair *wide = pairs->pair;
    ga_trial_weigh(trial, fabs(wide->even) / wide->h / wide->h * trial->scale);
    if (pairs->count < 2 || ga_pair_is_flat(wide + 1) || ga_kink_shows(pairs, trial->noise) ||
        ga_pairs_are_rough(pairs, trial->noise) ||
        !accuses(trial, &made, CLEARLY_TWICE, expected, expected_bar)) {
        return 0;
    }
    ga_trial_state(trial, &made, pairs);
    return 1;
}

/* The short way: 1 if it ends in a FAIL. */
static int accuse(ga_trial *trial, double expected, double expected_bar)
{
    const double gap = fabs(expected - trial->claim->analytic);
    const double size = fmax(fabs(expected), fabs(trial->claim->analytic));
    const double unit = ga_values_unit(&trial->watch.values);
    /* f sees x rounded, whatever the rounding of the result says */
    trial->noise = fmax(trial->noise, 0.5 * unit * size * trial->scale);
    ga_trial_weigh(trial, 0.0);
    if (!is_plain(trial->profile) || !(gap > expected_bar + trial->allowed)) {
        return 0;
    }
    const double wanted = first_step(trial, expected);
    if (!(wanted > 0.0)) {
        return 0;
    }
    const double h = wanted * ga_watch_draw(&trial->watch, GA_FOR_CONFIRM, 0.8, 1.25);
    if (!ga_pairs_add(&trial->pairs, &trial->watch, h, NULL)) {
        return 0;
    }
    /* where lines through all elements are rough, no pair is believed by itself */
    if (!trial->profile->fine && accuse_with_one(trial, expected, expected_bar)) {
        return 1;
    }
    return SHORTER * h >= trial->least &&
           ga_pairs_add(&trial->pairs, &trial->watch, SHORTER * h, NULL) &&
           accuse_with_two(trial, expected, expected_bar);
}

void ga_probe_confirm(const ga_profile *profile, const ga_line *line, const ga_claim *claim,
                      double expected, double expected_bar, ga_probe *out)
{
    ga_trial trial = {
        .profile = profile,
        .claim = claim,
        .out = out,
        .noise = profile->noise,
        .scale = line->scale > 0.0 && isfinite(line->scale) ? line->scale : 1.0,
        .least = ga_step_least(line),
        .watch = {.line = line,
                  .values = profile->values,
                  .seed = profile->seed,
                  .most = GA_PROBE_EVALUATIONS},
    };
    *out = (ga_probe){.left = (double)NAN, .right = (double)NAN};
    if (isfinite(claim->analytic) && accuse(&trial, expected, expected_bar)) {
        out->lesson.moves = 1;
        out->resolution = out->uncertainty;
        (void)ga_trial_end(&trial, GA_PROBE_FAIL, GA_DIFFERS);
        out->evaluations = trial.watch.evaluations;
        out->lesson.values = trial.watch.values;
        return;
    }
    ga_probe_element(profile, line, claim, out);
    out->evaluations += trial.watch.evaluations;
    ga_values_merge(&out->lesson.values, &trial.watch.values);
}
