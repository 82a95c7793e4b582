/* Making, dressing and freeing losses; see loss.h. */
#include "loss.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* splitmix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014. */
static uint64_t next_bits(uint64_t *state)
{
    uint64_t bits = *state += UINT64_C(0x9e3779b97f4a7c15);
    bits = (bits ^ (bits >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ (bits >> 27)) * UINT64_C(0x94d049bb133111eb);
    return bits ^ (bits >> 31);
}

double loss_uniform(loss_random *random, double low, double high)
{
    return low + (high - low) * ((double)(next_bits(&random->state) >> 11) * 0x1p-53);
}

double loss_normal(loss_random *random)
{
    double sum = -6.0; /* twelve uniforms: near enough, and within 6 */
    for (int i = 0; i < 12; i++) {
        sum += loss_uniform(random, 0.0, 1.0);
    }
    return sum;
}

/* In [-1, 1), from the bits of x alone, so that the loss stays a function. */
static double dither(const loss *self, const double *x)
{
    uint64_t state = self->salt;
    for (size_t k = 0; k < self->n; k++) {
        uint64_t bits = 0;
        memcpy(&bits, &x[k], sizeof bits);
        state = next_bits(&state) ^ bits;
    }
    return (double)(next_bits(&state) >> 11) * 0x1p-52 - 1.0;
}

double loss_value(const loss *self, const double *x)
{
    double value = self->value(self, x);
    if (self->factor != 0.0) {
        value *= self->factor;
    }
    value += self->offset;
    if (self->noise > 0.0) {
        value += self->noise * dither(self, x);
    }
    if (self->quantum > 0.0) {
        value = self->quantum * floor(value / self->quantum + 0.5);
    }
    return self->single ? (double)(float)value : value;
}

void loss_slope(const loss *self, const double *x, double *g)
{
    self->slope(self, x, g);
    for (size_t k = 0; k < self->n && self->factor != 0.0; k++) {
        g[k] *= self->factor;
    }
}

void loss_make(const loss_entry *entry, int instance, loss *out)
{
    loss_random random = {.state = UINT64_C(0x51ed2701) * (uint64_t)(instance + 1) +
                                   (uint64_t)entry->kind * 977u + (uint64_t)entry->group * 31337u};
    memset(out, 0, sizeof *out);
    out->group = entry->group;
    out->kind = entry->kind;
    entry->make(out, instance, &random);
    out->salt = random.state;
    if (entry->dress) {
        entry->dress(out, entry->how);
    }
    out->group = entry->group;
    out->name = entry->name ? entry->name : out->name;
}

void loss_clear(loss *out)
{
    free(out->data);
    out->data = NULL;
}
