true && echo a || echo b; false && echo a || echo b; false || true && echo c; ! true || echo d
