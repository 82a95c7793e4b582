/* See repeated.h. */
#include "repeated.h"

#include "step.h"
#include "trial.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* Of either tail, for one set; two sets make it 1e-9 and leave room for tails heavier than those of
 * the normal distribution, to which means of few values have not yet come close. */
static const double TAIL = 5e-5;

/*
 * The longer step, in scales. Noise wants it long, truncation short: it follows the ratio of noise
 * to the loss's change over a scale, between these. Longer than 0.3 leaves the domain of a
 * logarithm or meets a pole; shorter than 0.03 gains nothing that the resolution asks for.
 */
static const double STEP_LEAST = 0.03;
static const double STEP_MOST = 0.3;
static const double OF_CHANGE =
    0.01;                          /* of the typical change, where |g| s is less: as in probe.c */
static const double SHRINK = 30.0; /* after a step out of the domain */
enum {
    SHRINKS_MOST = 2
};

/* Rounds after which the set is looked at. The first look only asks whether more could help. */
static const int LOOKS[] = {4, 8, 16, 32};
enum {
    LOOK_COUNT = sizeof LOOKS / sizeof *LOOKS,
    ROUNDS_MOST = 32,
    REST_MOST = 3 /* calls at x between the two quadruples, at least one */
};
static const double HOPE = 2.0; /* four rounds know their spread to a factor of two */

/* A set calmer than half of the spread that was seen before does not stand for the loss. */
static const double CALMEST = 0.5;

/* sd(r) h / sd(f) for independent noise: sqrt(16 + 1/4) / 3. */
static const double AMPLIFICATION = 1.344;

/*
 * A kink at x adds half the jump of the slope, one nearer than h up to |q(h/2) - q(h)| (of which
 * the bar has a third); the doubt of that jump counts with as many standard deviations.
 */
static const double KINK_SIGMAS = 2.0;
static const double KINK_NEAR = 2.0 / 3.0;

/* The second set goes down as far as noise allows, past kinks that the first may have missed: to
 * where its noise is to be a third of the gap, at most twentyfold. */
static const double OF_GAP = 1.0 / 3.0;
static const double DOWN_LEAST = 0.05;
static const double DOWN_MOST = 0.7;
static const double DOWN_JITTER = 0.8;

/*
 * A loss that drifted by D since the claim was made may have another slope as well: that of a power
 * of x up to the fourth changes by 4 D / s when it is the factor before it that drifts.
 */
static const double DRIFT_POWER = 4.0;
static const double ORIGIN_CALLS = 8.0; /* the origin is a mean over at least as many */

typedef struct statistics {
    double mean, deviation; /* of one value */
} statistics;

typedef struct set {
    double h; /* the longer step, exact; the shorter is its half */
    double half;
    int rounds;
    double wide[ROUNDS_MOST];   /* slopes over h, */
    double narrow[ROUNDS_MOST]; /* over h/2 */
    double bent[ROUNDS_MOST];   /* jumps of the slope at x */
    double here[ROUNDS_MOST];   /* means of f(x) */
} set;

typedef struct finding {
    double value, bar;
    double noise, truncation; /* of the bar */
    double kink;              /* what a kink at x may add */
} finding;

static statistics summarise(const double *values, int count)
{
    double sum = 0.0;
    for (int i = 0; i < count; i++) {
        sum += values[i];
    }
    const double mean = sum / count;
    double squares = 0.0;
    for (int i = 0; i < count; i++) {
        squares += (values[i] - mean) * (values[i] - mean);
    }
    return (statistics){.mean = mean, .deviation = sqrt(squares / (count - 1))};
}

/* f(+h) f(-h) f(-h) f(+h), or with the sides exchanged: *odd is their difference, f(+h) - f(-h),
 * and *even their sum. 0: a value is not finite. */
static int take_quadruple(ga_watch *watch, double h, double side, double *odd, double *even)
{
    const double a = ga_watch_value(watch, side * h);
    const double b = ga_watch_value(watch, -side * h);
    const double c = ga_watch_value(watch, -side * h);
    const double d = ga_watch_value(watch, side * h);
    *odd = side * 0.5 * ((a - b) + (d - c));
    *even = 0.5 * ((a + b) + (d + c));
    return isfinite(*odd) && isfinite(*even);
}

/*
 * One round: both quadruples, and f(x) between them. The second round of two has everything the
 * other way round, so that also a quadratic drift cancels between them.
 */
static int take_round(ga_watch *watch, set *into, uint64_t *bits)
{
    const int k = into->rounds;
    *bits = k % 2 == 0 ? ga_hash(watch->seed, watch->line->stream, GA_FOR_RESTLESS, watch->draws++)
                       : ~*bits;
    const double side = *bits & 1u ? 1.0 : -1.0;
    const int wide_first = (*bits & 2u) != 0;
    const int rests = 1 + (int)((*bits >> 8) % REST_MOST);
    double odd[2];
    double even[2];
    double here = 0.0;
    for (int i = 0; i < 2; i++) {
        const int wide = wide_first == (i == 0);
        if (!take_quadruple(watch, wide ? into->h : into->half, side, &odd[!wide], &even[!wide])) {
            return 0;
        }
        for (int rest = 0; i == 0 && rest < rests; rest++) {
            here += ga_watch_value(watch, 0.0) / rests;
        }
    }
    into->wide[k] = odd[0] / (2.0 * into->h);
    into->narrow[k] = odd[1] / (2.0 * into->half);
    into->bent[k] = (4.0 * (even[1] - 2.0 * here) - (even[0] - 2.0 * here)) / into->h;
    into->here[k] = here;
    into->rounds++;
    return isfinite(here);
}

/* What `rounds` rounds like those of the set would say, if their means and spreads stayed. */
static finding conclude(const set *from, const ga_profile *profile, double scale, int rounds)
{
    double slopes[ROUNDS_MOST];
    for (int k = 0; k < from->rounds; k++) {
        slopes[k] = (4.0 * from->narrow[k] - from->wide[k]) / 3.0;
    }
    const statistics slope = summarise(slopes, from->rounds);
    const statistics wide = summarise(from->wide, from->rounds);
    const statistics narrow = summarise(from->narrow, from->rounds);
    const statistics bent = summarise(from->bent, from->rounds);
    const statistics here = summarise(from->here, from->rounds);

    const double quantile = gsl_cdf_tdist_Pinv(1.0 - TAIL, rounds - 1.0);
    const double calmest = CALMEST * AMPLIFICATION * profile->noise / from->h;
    const double root = sqrt((double)rounds);
    const double moved = fabs(here.mean - profile->values.origin);
    const double by_chance = GA_SIGMAS * fmax(profile->noise, here.deviation) *
                             sqrt(1.0 / from->rounds + 1.0 / ORIGIN_CALLS);
    const double drifted = DRIFT_POWER * fmax(0.0, moved - by_chance) / scale;
    finding out = {
        .value = slope.mean,
        .noise = quantile * fmax(slope.deviation, calmest) / root,
        .truncation = fabs(narrow.mean - wide.mean) / 3.0 + drifted,
        .kink = 0.5 * (fabs(bent.mean) + KINK_SIGMAS * bent.deviation / root) +
                KINK_NEAR * fabs(narrow.mean - wide.mean),
    };
    out.bar = out.noise + out.truncation;
    return out;
}

static int excludes(const ga_trial *trial, const finding *seen)
{
    return ga_trial_gap(trial, seen->value) > seen->bar + seen->kink + trial->allowed;
}

static int is_settled(const ga_trial *trial, const finding *seen)
{
    const double gap = ga_trial_gap(trial, seen->value);
    return excludes(trial, seen) || gap + seen->bar <= trial->allowed ||
           (gap <= seen->bar + trial->allowed && ga_trial_acceptable(trial, seen->bar));
}

/* Could all rounds that may be taken settle the question, as far as those taken so far can tell? */
static int is_promising(const ga_trial *trial, const set *so_far, double slack)
{
    finding most = conclude(so_far, trial->profile, trial->scale, ROUNDS_MOST);
    most.noise /= slack;
    most.bar = most.noise + most.truncation;
    most.kink /= slack;
    return is_settled(trial, &most);
}

/* One set: as many rounds as help. 0: a value was not finite. */
static int measure_set(ga_trial *trial, double h, set *into, finding *seen)
{
    const ga_line *const line = trial->watch.line;
    const ga_step step = ga_step_exact(line, 0.5 * h);
    uint64_t bits = 0;
    *into = (set){.h = 2.0 * step.up, .half = step.up};
    if (!(step.up > 0.0)) {
        return 0;
    }
    for (int look = 0; look < LOOK_COUNT; look++) {
        while (into->rounds < LOOKS[look]) {
            if (!take_round(&trial->watch, into, &bits)) {
                return 0;
            }
        }
        *seen = conclude(into, trial->profile, trial->scale, into->rounds);
        if (look == 0 ? !is_promising(trial, into, HOPE)
                      : is_settled(trial, seen) || !is_promising(trial, into, 1.0)) {
            break;
        }
    }
    return 1;
}

static void state(ga_trial *trial, const finding *seen, double h)
{
    ga_probe *const out = trial->out;
    const double gap = ga_trial_gap(trial, seen->value);
    out->value = seen->value;
    out->uncertainty = seen->bar;
    out->resolution = fmax(gap + seen->bar, trial->allowed);
    out->step = h;
    out->limit = seen->noise >= seen->truncation ? GA_LIMIT_NOISE : GA_LIMIT_TRUNCATION;
}

static void end(ga_trial *trial, ga_probe_verdict verdict, ga_probe_reason reason)
{
    trial->out->verdict = verdict;
    trial->out->reason = reason;
}

/* A second set, which shares nothing with the first: two steps of its own, fresh values. */
static void confirm(ga_trial *trial, const set *first, const finding *seen)
{
    set again;
    finding second;
    const double claim = trial->claim->analytic;
    const double worth = seen->noise / (OF_GAP * ga_trial_gap(trial, seen->value));
    const double h = first->h * fmin(fmax(worth, DOWN_LEAST), DOWN_MOST) *
                     ga_watch_draw(&trial->watch, GA_FOR_RESTLESS, DOWN_JITTER, 1.0);
    if (!measure_set(trial, h, &again, &second)) {
        state(trial, seen, first->h);
        end(trial, GA_PROBE_INCONCLUSIVE, GA_UNREPEATABLE);
        return;
    }
    state(trial, &second, again.h);
    const int same_side = (claim > seen->value) == (claim > second.value);
    const int agree =
        fabs(seen->value - second.value) <= seen->bar + second.bar + seen->kink + second.kink;
    if (!excludes(trial, &second) || !same_side || !agree) {
        end(trial, GA_PROBE_INCONCLUSIVE, GA_UNREPEATABLE);
        return;
    }
    trial->out->resolution = second.bar + second.kink;
    end(trial, GA_PROBE_FAIL, GA_DIFFERS);
}

static void decide(ga_trial *trial, const set *taken, const finding *seen)
{
    const double gap = ga_trial_gap(trial, seen->value);
    state(trial, seen, taken->h);
    if (taken->rounds < LOOKS[1]) {
        end(trial, GA_PROBE_INCONCLUSIVE, GA_BAR_TOO_WIDE); /* more would not have helped */
    } else if (excludes(trial, seen)) {
        confirm(trial, taken, seen);
    } else if (gap + seen->bar <= trial->allowed) {
        end(trial, GA_PROBE_PASS, GA_AGREES);
    } else if (gap <= seen->bar + trial->allowed && ga_trial_acceptable(trial, seen->bar)) {
        end(trial, GA_PROBE_PASS, GA_AGREES_RESOLVED);
    } else {
        end(trial, GA_PROBE_INCONCLUSIVE, GA_BAR_TOO_WIDE);
    }
}

static double first_step(const ga_trial *trial)
{
    const ga_claim *const claim = trial->claim;
    const double change =
        fmax(fabs(claim->analytic) * trial->scale, OF_CHANGE * claim->step_change);
    const double share = change > 0.0 ? cbrt(trial->profile->noise / change) : STEP_MOST;
    return trial->scale * fmin(fmax(share, STEP_LEAST), STEP_MOST);
}

void ga_probe_repeated(const ga_profile *profile, const ga_line *line, const ga_claim *claim,
                       ga_probe *out)
{
    ga_trial trial = {
        .profile = profile,
        .claim = claim,
        .out = out,
        .watch = {.line = line,
                  .values = profile->values,
                  .seed = profile->seed,
                  .most = GA_REPEATED_EVALUATIONS},
        .scale = line->scale > 0.0 && isfinite(line->scale) ? line->scale : 1.0,
    };
    *out = (ga_probe){
        .value = (double)NAN,
        .uncertainty = (double)INFINITY,
        .resolution = (double)INFINITY,
        .scale = fabs(claim->analytic),
        .left = (double)NAN,
        .right = (double)NAN,
    };
    end(&trial, GA_PROBE_INCONCLUSIVE, GA_NO_ROOM);
    if (!isfinite(claim->analytic)) {
        end(&trial, GA_PROBE_FAIL, GA_CLAIM_NOT_FINITE);
    }
    ga_trial_weigh(&trial, 0.0);
    double h = fmin(first_step(&trial), ga_step_room(line));
    const int has_room = h >= 2.0 * ga_step_least(line);
    for (int i = 0; i <= SHRINKS_MOST && has_room && out->verdict != GA_PROBE_FAIL; i++) {
        set taken;
        finding seen;
        if (measure_set(&trial, h, &taken, &seen)) {
            decide(&trial, &taken, &seen);
            break;
        }
        end(&trial, GA_PROBE_NONFINITE, GA_NOT_FINITE);
        out->limit = GA_LIMIT_DOMAIN;
        h /= SHRINK;
    }
    out->evaluations = trial.watch.evaluations;
    out->lesson.values = trial.watch.values;
    out->lesson.moves = profile->moves;
}
