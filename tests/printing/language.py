"""The names that the expected outputs speak of, and the file that holds them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sympy

import gradproof
from gradproof import define, dims, function, labels, matrix, scalar, softmax, vector

EXPECTED = Path(__file__).with_name("expected.txt")


def namespace() -> dict[str, Any]:
    """What the expressions of the file are made of: SymPy, gradproof, and these symbols."""
    names = {name: getattr(sympy, name) for name in dir(sympy) if name[0].isalpha()}
    names |= {name: getattr(gradproof, name) for name in gradproof.__all__}
    C, D, N = dims("C D N")
    W, X, s = matrix("W", C, D), matrix("X", D, N), vector("s", C)
    M, Z = matrix("M", 3, 2), matrix("Z", 2, 4)
    S, T = define("S", W * X), define("T", M * Z)
    square = {name: matrix(name, N, N) for name in ("A", "B")}
    return names | square | {
        "C": C, "D": D, "N": N, "W": W, "X": X, "M": M, "Z": Z, "s": s, "S": S, "T": T,
        "G": matrix("G", C, N), "Y": matrix("Y", C, N, column_sums=1), "y": labels("y", N, C),
        "one": labels("one", 1, C), "P": define("P", softmax(S)), "p": define("p", softmax(s)),
        "L": define("L", gradproof.cross_entropy(define("P", softmax(S)), matrix("Y", C, N))),
        "t": vector("t", C), "b": vector("b", C), "x": vector("x", N), "a": vector("a", N),
        "mu": vector("mu", N), "gamma": vector("gamma", N), "v": vector("v", 3),
        "Sigma": matrix("Sigma", N, N, invertible=True), "Q": matrix("Q", N, D),
        "K": matrix("K", N, D), "V": matrix("V", N, D), "c": scalar("c"), "u": scalar("u"),
        "lambda_": scalar("lambda", positive=True), "W_1": matrix("W_1", C, D),
        "W2": matrix("W2", D, C), "h_bar": vector("h_bar", D),
        "W_out_prime": matrix("W_out'", C, C), "x_hat": vector("x_hat", D),
        "loss": scalar("loss"), "dims_": scalar("dims"), "wide": matrix("wide", 12, 12),
        "F": function("F"), "phi": function("phi"), "A_1": matrix("A_1", 3, 3),
    }  # fmt: skip
