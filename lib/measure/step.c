/* Rounding of steps; see step.h for why. */
#include "step.h"

#include <float.h>
#include <math.h>

/* Sixteen spacings leave 3 % of jitter in the shortest step. */
static const double LEAST = 16.0;

static double largest_coordinate(const ga_line *line)
{
    return line->is_float ? (double)FLT_MAX : DBL_MAX;
}

double ga_step_spacing(const ga_line *line, double magnitude)
{
    const double most = largest_coordinate(line);
    const double size = magnitude < most ? magnitude : most;
    if (line->is_float) {
        const float here = (float)size;
        return here < FLT_MAX ? (double)(nextafterf(here, INFINITY) - here)
                              : (double)(here - nextafterf(here, 0.0F));
    }
    return size < DBL_MAX ? nextafter(size, (double)INFINITY) - size : size - nextafter(size, 0.0);
}

double ga_step_least(const ga_line *line)
{
    return LEAST * ga_step_spacing(line, fabs(line->at));
}

double ga_step_room_aside(const ga_line *line, int side)
{
    const double bound = side > 0 ? line->above : line->below;
    const double range = largest_coordinate(line) - fabs(line->at);
    return bound < range ? bound : range;
}

double ga_step_room(const ga_line *line)
{
    return fmin(ga_step_room_aside(line, 1), ga_step_room_aside(line, -1));
}

double ga_step_widest(const ga_line *line)
{
    return fmax(ga_step_room_aside(line, 1), ga_step_room_aside(line, -1));
}

/* The multiple of the spacing at |x| + h that is nearest h, but not beyond the room. */
static double round_step(const ga_line *line, double h, double room)
{
    if (!(h > 0.0 && room > 0.0)) {
        return 0.0;
    }
    const double wanted = h < room ? h : room;
    const double spacing = ga_step_spacing(line, fabs(line->at) + wanted);
    const double count = floor(wanted / spacing + 0.5);
    const double step = (count < 1.0 ? 1.0 : count) * spacing;
    if (step <= room) {
        return step;
    }
    return floor(room / spacing) * spacing;
}

/* What a float coordinate really moves by when asked to move by t; 0 if that leaves the room. */
static double float_move(const ga_line *line, double t, double room)
{
    float there = (float)(line->at + t);
    if (fabs((double)there - line->at) > room) {
        there = nextafterf(there, (float)line->at);
    }
    const double move = fabs((double)there - line->at);
    return move <= room ? move : 0.0;
}

double ga_step_exact_aside(const ga_line *line, int side, double h)
{
    const double room = ga_step_room_aside(line, side);
    const double step = round_step(line, h, room);
    return line->is_float && step > 0.0 ? float_move(line, side > 0 ? step : -step, room) : step;
}

ga_step ga_step_exact(const ga_line *line, double h)
{
    const double length = fmin(h, ga_step_room(line));
    const ga_step step = {.up = ga_step_exact_aside(line, 1, length),
                          .down = ga_step_exact_aside(line, -1, length)};
    return step.up > 0.0 && step.down > 0.0 ? step : (ga_step){.up = 0.0, .down = 0.0};
}

ga_grid ga_step_grid(const ga_line *line, int side, double spacing, int count)
{
    const double room = ga_step_room_aside(line, side);
    const double wanted =
        fmin(spacing, room / ((double)count + 1.0)); /* 1 for the origin's share */
    const double unit = ga_step_spacing(line, fabs(line->at) + (double)count * wanted);
    const double multiple = floor(wanted / unit + 0.5);
    const double exact = (multiple < 1.0 ? 1.0 : multiple) * unit;
    const double origin = line->is_float ? rint(line->at / unit) * unit - line->at : 0.0;
    const double farthest = (double)side * origin + (double)count * exact;
    const int fits = wanted > 0.0 && farthest <= room;
    return (ga_grid){.origin = origin, .spacing = fits ? exact : 0.0, .unit = unit};
}
