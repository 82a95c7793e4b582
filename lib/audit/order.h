/*
 * In what order to visit n things when not all can be visited: a random permutation, every thing
 * once, with nothing stored. A Feistel network over the least power of four that holds n, whose
 * outputs beyond n are fed back until they fall inside (cycle walking: Black & Rogaway, "Ciphers
 * with arbitrary finite domains", CT-RSA 2002, section 4).
 */
#ifndef GRADAUDIT_ORDER_H
#define GRADAUDIT_ORDER_H

#include <stdint.h>

typedef struct ga_order {
    uint64_t count, seed;
    unsigned half_bits; /* 0: the natural order */
} ga_order;

/* random = 0: 0, 1, 2, ... */
ga_order ga_order_new(uint64_t count, uint64_t seed, int random);

/* The thing at a place, 0 <= place < count. */
uint64_t ga_order_at(const ga_order *order, uint64_t place);

#endif
