/* See profile.h. */
#include "profile.h"

#include "noise.h"
#include "probe.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

static const double RESOLUTION = 0.01; /* default of --resolution */

/*
 * Spacing of the first table, in scales. Kinks nearer than 2e-4 of the scale are left out, while
 * the smooth part has shrunk below the rounding by the fourth or sixth difference.
 */
static const double SPACING = 0x1p-12;
enum {
    TRIES_MOST = 4
};

static const double CLEAN = 50.0;
static const double MUCH_LESS = 0.05; /* elements this much quieter: the dense line crossed kinks */
enum {
    ELEMENTS_MOST = 3
};

double ga_profile_clean(const ga_values *values)
{
    return CLEAN * ga_values_floor(values);
}

void ga_profile_begin(ga_profile *profile, double f0, uint64_t seed)
{
    *profile = (ga_profile){.seed = seed, .resolution = RESOLUTION, .quiet = -1.0};
    ga_values_begin(&profile->values, f0);
    profile->noise = ga_values_floor(&profile->values);
}

void ga_profile_see(ga_profile *profile, double value)
{
    ga_values_add(&profile->values, value);
    profile->noise = fmax(profile->noise, ga_values_floor(&profile->values));
}

/* The noise along one line. What its values show is kept. */
static ga_noise measure_line(ga_profile *profile, const ga_line *line, double spacing, int tries)
{
    ga_watch watch = {
        .line = line,
        .values = profile->values,
        .seed = profile->seed,
        .draws = (uint64_t)profile->evaluations, /* a second table of one line is another table */
        .most = GA_NOISE_POINTS * TRIES_MOST,
    };
    const ga_noise noise = ga_noise_along(&watch, spacing, tries);
    ga_values_merge(&profile->values, &watch.values);
    profile->evaluations += watch.evaluations;
    return noise;
}

static double measure_usual(ga_profile *profile, const ga_line *line)
{
    return measure_line(profile, line, SPACING * line->scale, TRIES_MOST).deviation;
}

static int pick_line(ga_profile *profile, ga_line_source *pick, void *context, int which,
                     ga_line *out)
{
    return pick && pick(context, ga_hash(profile->seed, 0, GA_FOR_LINE, (uint64_t)which), out);
}

/* The largest noise along a few elements; below 0 if it is unknown along all. */
static double measure_elements(ga_profile *profile, ga_line_source *pick, void *context,
                               double enough)
{
    double most = -1.0;
    for (int i = 0; i < ELEMENTS_MOST; i++) {
        ga_line line;
        if (pick_line(profile, pick, context, i, &line)) {
            most = fmax(most, measure_usual(profile, &line));
        }
        if (i == 0 && most > enough) {
            break; /* the dense line did not mislead */
        }
    }
    return most;
}

/* Is what looks like noise smooth up close? A level tells; a staircase, flat up close, does not. */
static void measure_quiet(ga_profile *profile, ga_line_source *pick, void *context)
{
    ga_line line;
    if (!(profile->noise > ga_profile_clean(&profile->values)) ||
        !pick_line(profile, pick, context, ELEMENTS_MOST, &line)) {
        return;
    }
    const ga_noise quiet = measure_line(profile, &line, ga_noise_micro(&line), 1);
    if (quiet.kind != GA_NOISE_UNKNOWN) {
        profile->quiet = fmax(quiet.deviation, ga_values_floor(&profile->values));
    }
}

/* Fill in noise, moves and fine. */
static void measure_noise(ga_profile *profile, const ga_line *dense, ga_line_source *pick,
                          void *context)
{
    double noise = dense ? measure_usual(profile, dense) : -1.0;
    const double rounding = ga_values_floor(&profile->values);

    profile->noise = fmax(noise, rounding);
    profile->moves = noise > 0.0;
    /* Rounding many coordinates to floats is noise that no single element, stepping exactly, has.
     */
    const int rounded = dense && dense->is_float && !profile->values.single;
    if (profile->noise <= ga_profile_clean(&profile->values) && profile->evaluations > 0) {
        return;
    }
    const double enough = rounded ? (double)INFINITY : MUCH_LESS * profile->noise;
    const double along = measure_elements(profile, pick, context, enough);
    profile->moves = profile->moves || along > 0.0;
    if (along > enough) {
        profile->noise = fmax(profile->noise, along);
    } else if (along >= 0.0) {
        profile->fine = 1;
        profile->noise = fmax(along, ga_values_floor(&profile->values));
    }
}

void ga_profile_noise(ga_profile *profile, const ga_line *dense, ga_line_source *pick,
                      void *context)
{
    measure_noise(profile, dense, pick, context);
    measure_quiet(profile, pick, context);
}

void ga_profile_learn(ga_profile *profile, const ga_probe *probe)
{
    const ga_lesson *lesson = &probe->lesson;
    ga_values_merge(&profile->values, &lesson->values);
    profile->noise = fmax(profile->noise, lesson->noise);
    profile->noise = fmax(profile->noise, ga_values_floor(&profile->values));
    profile->moves = profile->moves || lesson->moves;
    profile->refusals += lesson->refusals;
    profile->glances += lesson->glances;
    profile->glances_won += lesson->glances_won;
    profile->kinks += lesson->kinks;
    profile->evaluations += probe->evaluations;
}
