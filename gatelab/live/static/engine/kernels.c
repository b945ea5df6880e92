// The two products of kernels.js with two numbers at once (WebAssembly SIMD). `make kernels` builds kernelcode.js from this file.

#include <wasm_simd128.h>

#define EXPORT(name) __attribute__((export_name(name)))

static v128_t at(const double *p) { return wasm_v128_load(p); }
static v128_t times(v128_t sum, v128_t x, v128_t y) { return wasm_f64x2_add(sum, wasm_f64x2_mul(x, y)); }
static void grow(double *p, v128_t sum) { wasm_v128_store(p, wasm_f64x2_add(wasm_v128_load(p), sum)); }
static double both(v128_t sum) { return wasm_f64x2_extract_lane(sum, 0) + wasm_f64x2_extract_lane(sum, 1); }

// out[i, j] += sum over m of a[i * ai + m * am] * b[m, j]; b is (sums, columns), out (rows, columns)
EXPORT("product") void product(int rows, int columns, int sums, const double *a, int ai, int am, const double *b, double *out) {
  int fours = rows & ~3, wide = columns & ~3;
  for (int i = 0; i < fours; i += 4) {
    for (int j = 0; j < wide; j += 4) {
      v128_t s[8];
      for (int k = 0; k < 8; k++) s[k] = wasm_f64x2_splat(0);
      for (int m = 0; m < sums; m++) {
        v128_t x = at(b + m * columns + j), y = at(b + m * columns + j + 2);
        for (int k = 0; k < 4; k++) {
          v128_t w = wasm_f64x2_splat(a[(i + k) * ai + m * am]);
          s[2 * k] = times(s[2 * k], w, x);
          s[2 * k + 1] = times(s[2 * k + 1], w, y);
        }
      }
      for (int k = 0; k < 4; k++) {
        grow(out + (i + k) * columns + j, s[2 * k]);
        grow(out + (i + k) * columns + j + 2, s[2 * k + 1]);
      }
    }
  }
  for (int i = 0; i < rows; i++) {
    for (int j = i < fours ? wide : 0; j < columns; j++) {
      double sum = 0;
      for (int m = 0; m < sums; m++) sum += a[i * ai + m * am] * b[m * columns + j];
      out[i * columns + j] += sum;
    }
  }
}

// out[i, j] += sum over m of a[i, m] * b[j, m]; a is (rows, sums), b (columns, sums), out (rows, columns)
EXPORT("outer") void outer(int rows, int columns, int sums, const double *a, const double *b, double *out) {
  int twos = rows & ~1, pairs = columns & ~1, even = sums & ~1;
  for (int i = 0; i < twos; i += 2) {
    for (int j = 0; j < pairs; j += 2) {
      v128_t s[4];
      for (int k = 0; k < 4; k++) s[k] = wasm_f64x2_splat(0);
      for (int m = 0; m < even; m += 2) {
        v128_t p = at(a + i * sums + m), q = at(a + (i + 1) * sums + m), x = at(b + j * sums + m), y = at(b + (j + 1) * sums + m);
        s[0] = times(s[0], p, x);
        s[1] = times(s[1], p, y);
        s[2] = times(s[2], q, x);
        s[3] = times(s[3], q, y);
      }
      for (int k = 0; k < 4; k++) {
        int r = i + k / 2, c = j + k % 2;
        out[r * columns + c] += both(s[k]) + (even < sums ? a[r * sums + even] * b[c * sums + even] : 0);
      }
    }
  }
  for (int i = 0; i < rows; i++) {
    for (int j = i < twos ? pairs : 0; j < columns; j++) {
      double sum = 0;
      for (int m = 0; m < sums; m++) sum += a[i * sums + m] * b[j * sums + m];
      out[i * columns + j] += sum;
    }
  }
}

static double *room(unsigned long first) { return (double *)first; }
EXPORT("room") double *begin(void) { extern unsigned char __heap_base; return room((unsigned long)&__heap_base); }
