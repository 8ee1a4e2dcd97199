"""The journey of a text: the pure core. Values in, values out; no Flask, no SQL, no clock."""
