/* Noise from difference tables; see noise.h for the method and its sources. */
#include "noise.h"

#include "step.h"

#include <math.h>

enum {
    LEVELS = GA_NOISE_POINTS - 1
}; /* orders of difference */

static const double FLATTENED =
    4.0;                        /* levels within this factor of each other have stopped falling */
static const double WIDE = 0.1; /* a range above this share of |f| may be a pole, not noise */
static const double CLOSER = 64.0; /* next spacing when the table shows the loss, not its noise: */
static const double FARTHER = 8.0; /* 64^6 smoother. When it shows steps: 8 times as many of them */
static const double JITTER = 0.3;  /* of a spacing, either way; neighbours stay 0.4 apart */
static const double JITTER_LEAST =
    8.0; /* units to a spacing below which points stay where they are */
static const double ROOMY =
    8.0; /* spacings of room that a side must have not to be changed for the wider */
static const double VISIBLE = 8.0; /* jumps above this many units in the last place are quanta */

/*
 * A sixth difference that is within 8 of the rounding floor is believed, falling or not: the noise
 * can only be smaller, and a bound 8 times too wide is cheaper than another 7 evaluations.
 */
static const double CLEAN = 8.0;

/* What the values show without any differencing beyond the first. */
static void describe(const double values[GA_NOISE_POINTS], ga_noise_table *out)
{
    double low = values[0];
    double high = values[0];

    *out = (ga_noise_table){.largest = 0.0};
    for (int i = 0; i < GA_NOISE_POINTS; i++) {
        low = fmin(low, values[i]);
        high = fmax(high, values[i]);
    }
    out->largest = fmax(fabs(low), fabs(high));
    out->range = high - low;
    for (int i = 0; i < LEVELS; i++) {
        const double move = fabs(values[i + 1] - values[i]);
        out->equal += move == 0.0;
        if (move > 0.0 && (out->least == 0.0 || move < out->least)) {
            out->least = move;
        }
    }
}

/* One divided difference over k + 1 points, in units of its noise for unit noise in each value. */
static double scaled_difference(const double *positions, const double *values, int k)
{
    double difference = 0.0;
    double squares = 0.0;
    for (int i = 0; i <= k; i++) {
        double product = 1.0;
        for (int j = 0; j <= k; j++) {
            product *= j == i ? 1.0 : positions[i] - positions[j];
        }
        difference += values[i] / product;
        squares += 1.0 / (product * product);
    }
    return difference / sqrt(squares);
}

void ga_noise_levels(const double positions[GA_NOISE_POINTS], const double values[GA_NOISE_POINTS],
                     ga_noise_table *out)
{
    double shares[GA_NOISE_POINTS];

    describe(values, out);
    for (int i = 0; i < GA_NOISE_POINTS; i++) {
        shares[i] = values[i] / out->largest - values[0] / out->largest; /* 1e300^2 overflows */
    }
    for (int k = 1; k <= LEVELS; k++) {
        const int count = GA_NOISE_POINTS - k;
        double sum = 0.0;
        int ups = 0;
        int downs = 0;
        for (int i = 0; i < count; i++) {
            const double difference = scaled_difference(positions + i, shares + i, k);
            sum += difference * difference;
            ups += difference > 0.0;
            downs += difference < 0.0;
        }
        out->level[k] = sqrt(sum / (double)count);
        out->alternates[k] = ups > 0 && downs > 0;
    }
}

/* Where the levels stop falling, in units of the loss; below 0 if they do not. */
static double plateau(const ga_noise_table *table)
{
    for (int k = 1; k <= LEVELS - 2; k++) {
        const double *level = table->level + k;
        const double least = fmin(level[0], fmin(level[1], level[2]));
        const double most = fmax(level[0], fmax(level[1], level[2]));
        if (most <= FLATTENED * least && table->alternates[k]) {
            return fmax(level[0], level[1]) * table->largest;
        }
    }
    return -1.0;
}

/* The least level is an upper bound even while they fall; the sixth, of one value, may be luck. */
static double bound_of(const ga_noise_table *table)
{
    double least = table->level[1];
    for (int k = 2; k < LEVELS; k++) {
        least = fmin(least, table->level[k]);
    }
    return least * table->largest;
}

/* How reading seven values along the line went. */
typedef enum sampling {
    SAMPLED,
    UNDEFINED,
    TOO_WIDE,
    NO_ROOM
} sampling;

/*
 * Where the points of a table stand: about one spacing apart, each moved by a random part of it,
 * and all on multiples of what the coordinate can hold.
 */
static void place_points(ga_watch *watch, const ga_grid *grid, double positions[GA_NOISE_POINTS])
{
    const double fine = grid->spacing / grid->unit;
    const double jitter = fine >= JITTER_LEAST ? JITTER : 0.0;
    for (int i = 0; i < GA_NOISE_POINTS; i++) {
        const double off = ga_watch_draw(watch, GA_FOR_POINTS, -jitter, jitter);
        positions[i] = rint(((double)(i + 1) + off) * fine) / fine;
    }
}

/* The far end first: it alone tells of poles, oscillation and the edge of the domain. */
static sampling sample(ga_watch *watch, int side, const ga_grid *grid, int last,
                       const double positions[], double values[])
{
    const double origin = watch->values.origin;
    for (int i = LEVELS; i >= 0; i--) {
        const double t = grid->origin + (double)side * positions[i] * grid->spacing;
        values[i] = ga_watch_value(watch, t);
        if (!isfinite(values[i])) {
            return UNDEFINED;
        }
        if (i == LEVELS && !last &&
            fabs(values[i] - origin) > WIDE * fmax(fabs(values[i]), fabs(origin))) {
            return TOO_WIDE;
        }
    }
    return SAMPLED;
}

/* Everything the tables so far have shown. */
typedef struct search {
    double quantum; /* half the least jump of a loss that moves in steps; below 0: none seen */
    double bound;   /* least upper bound */
    int was_flat;   /* a table had no difference at all */
} search;

static ga_noise measured(const search *known, double level)
{
    return (ga_noise){.deviation = fmax(known->quantum, level), .kind = GA_NOISE_MEASURED};
}

static ga_noise best_known(const search *known)
{
    if (known->quantum >= 0.0) {
        return measured(known, known->quantum);
    }
    return isfinite(known->bound) ? (ga_noise){.deviation = known->bound, .kind = GA_NOISE_BOUND}
                                  : (ga_noise){.deviation = -1.0, .kind = GA_NOISE_UNKNOWN};
}

/* The noise if this table shows it, unknown if another table is wanted. */
static ga_noise read_table(const ga_noise_table *table, const ga_values *values, int last,
                           search *known)
{
    const ga_noise unknown = {.deviation = -1.0, .kind = GA_NOISE_UNKNOWN};
    const int in_steps = 2 * table->equal >= LEVELS || known->was_flat;
    const double ulp = nextafter(fabs(values->origin), (double)INFINITY) - fabs(values->origin);
    if (in_steps && table->least > VISIBLE * ulp) {
        known->quantum = fmax(known->quantum, 0.5 * table->least);
    }
    if (table->equal == LEVELS) {
        known->was_flat = 1;
        return unknown;
    }
    const int wide = table->range > WIDE * table->largest;
    if (wide && !last) {
        return unknown;
    }
    const double level = plateau(table);
    if (level >= 0.0) {
        return measured(known, level);
    }
    if (!wide) {
        const double tail = fmax(table->level[LEVELS - 1], table->level[LEVELS]) * table->largest;
        if (tail <= CLEAN * ga_values_floor(values)) {
            return (ga_noise){.deviation = fmax(known->quantum, tail), .kind = GA_NOISE_BOUND};
        }
        known->bound = fmin(known->bound, bound_of(table));
    }
    return unknown;
}

ga_noise ga_noise_along(ga_watch *watch, double spacing, int tries)
{
    const ga_line *line = watch->line;
    search known = {.quantum = -1.0, .bound = (double)INFINITY};
    int side = ga_watch_draw(watch, GA_FOR_SIDE, 0.0, 1.0) < 0.5 ? -1 : 1;

    /* A round spacing would fall in with staircases of a round pitch. */
    spacing *= ga_watch_draw(watch, GA_FOR_SPACING, 0.8, 1.2);
    for (int left = tries; left > 0; left--) {
        double positions[GA_NOISE_POINTS]; /* in spacings */
        double values[GA_NOISE_POINTS];
        if (ga_step_room_aside(line, side) < ROOMY * spacing) {
            side = ga_step_room_aside(line, 1) >= ga_step_room_aside(line, -1) ? 1 : -1;
        }
        const ga_grid grid = ga_step_grid(line, side, spacing, GA_NOISE_POINTS);
        if (!(grid.spacing > 0.0)) {
            break;
        }
        place_points(watch, &grid, positions);
        const sampling went = sample(watch, side, &grid, left == 1, positions, values);
        if (went != SAMPLED) {
            side = went == UNDEFINED ? -side : side;
            spacing /= CLOSER;
            continue;
        }
        ga_noise_table table;
        ga_noise_levels(positions, values, &table);
        if (table.largest == 0.0) {
            return (ga_noise){.deviation = 0.0, .kind = GA_NOISE_BOUND};
        }
        const ga_noise noise = read_table(&table, &watch->values, left == 1, &known);
        if (noise.kind != GA_NOISE_UNKNOWN) {
            return noise;
        }
        spacing = 2 * table.equal >= LEVELS ? spacing * FARTHER : spacing / CLOSER;
    }
    return best_known(&known);
}

double ga_noise_micro(const ga_line *line)
{
    return fmax(0x1p-38 * line->scale, 4.0 * ga_step_least(line));
}
