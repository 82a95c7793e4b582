/* Random numbers by name: the same name the same number, other names other numbers. */
#include "test_measure.h"

#include <criterion/criterion.h>

Test(measure_hash, same_name_same_bits)
{
    cr_expect(ga_hash(1, 2, GA_FOR_SIDE, 3) == ga_hash(1, 2, GA_FOR_SIDE, 3));
}

Test(measure_hash, every_part_of_the_name_counts)
{
    const uint64_t bits = ga_hash(1, 2, GA_FOR_SIDE, 3);
    cr_expect(bits != ga_hash(2, 2, GA_FOR_SIDE, 3), "seed");
    cr_expect(bits != ga_hash(1, 3, GA_FOR_SIDE, 3), "stream");
    cr_expect(bits != ga_hash(1, 2, GA_FOR_SPACING, 3), "purpose");
    cr_expect(bits != ga_hash(1, 2, GA_FOR_SIDE, 4), "counter");
    cr_expect(ga_hash(0, 0, GA_FOR_SIDE, 1) != ga_hash(0, 1, GA_FOR_SIDE, 0), "places");
}

Test(measure_hash, flipping_one_bit_flips_half_of_them)
{
    double flipped = 0.0;
    for (unsigned bit = 0; bit < 64; bit++) {
        const uint64_t change =
            ga_hash(0, 0, GA_FOR_SIDE, 0) ^ ga_hash(0, UINT64_C(1) << bit, GA_FOR_SIDE, 0);
        for (uint64_t rest = change; rest; rest &= rest - 1) {
            flipped += 1.0;
        }
    }
    cr_expect(fabs(flipped / 64.0 - 32.0) < 2.5, "got %g of 64", flipped / 64.0);
}

Test(measure_hash, uniform_numbers_fill_the_unit_interval)
{
    double sum = 0.0;
    for (uint64_t i = 0; i < 10000; i++) {
        const double u = ga_hash_uniform(ga_hash(9, 9, GA_FOR_LINE, i));
        cr_assert(u >= 0.0 && u < 1.0, "got %g", u);
        sum += u;
    }
    cr_expect(fabs(sum / 10000.0 - 0.5) < 0.01, "mean %g", sum / 10000.0);
    cr_expect(ga_hash_uniform(UINT64_MAX) < 1.0);
}
