/*
 * Fisher's flowers: four lengths in cm and a species each, read from a CSV file.
 *
 *     Sepal.Length,Sepal.Width,Petal.Length,Petal.Width,Species
 *     5.1,3.5,1.4,0.2,setosa
 *
 * The first line is a header; any three species will do. The lengths are standardised (mean 0,
 * variance 1 per column), which small networks want.
 */
#ifndef GRADAUDIT_EXAMPLES_IRIS_DATA_H
#define GRADAUDIT_EXAMPLES_IRIS_DATA_H

#include <stddef.h>

enum {
    IRIS_FEATURES = 4,
    IRIS_CLASSES = 3
};

typedef struct iris_data {
    size_t count;
    double (*features)[IRIS_FEATURES]; /* (count, 4), standardised */
    int *labels;                       /* (count), 0 to 2 in the order of first appearance */
} iris_data;

/*
 * Reads `path`; NULL: the file of this repository, wherever it was built, or an iris.csv next to
 * the shared object. 0: *out owns two arrays; else *out is empty and `why` says what is wrong, with
 * the file's name and the line.
 */
int iris_read(const char *path, iris_data *out, char *why, size_t why_size);

void iris_clear(iris_data *data);

#endif
