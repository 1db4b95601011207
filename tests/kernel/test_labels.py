"""Names of bound indices do not matter, and nothing else is lost."""

from __future__ import annotations

import itertools
import random

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradproof import dims
from gradproof.routes.kernel.indices import Index, Tensor
from gradproof.routes.kernel.product import times
from gradproof.routes.kernel.rename import renamed
from gradproof.routes.kernel.sums import total
from gradproof.routes.kernel.terms import Entry, of_atom

from .values import value

DIM = dims("n")
TENSORS = {"A": 2, "B": 2, "x": 1}

# A product of entries: each a tensor and the numbers of its indices.
products = st.lists(
    st.tuples(st.sampled_from(sorted(TENSORS)), st.tuples(*[st.integers(0, 3)] * 2)),
    min_size=1,
    max_size=5,
)


def summed(factors, order, bound=(0, 1, 2)):
    """Σ over three indices of the product; index 3 stays free."""
    indices = {number: Index(DIM) for number in range(3)} | {3: FREE}
    atoms = [
        Entry(Tensor(name), tuple(indices[i] for i in places[: TENSORS[name]]))
        for name, places in order(factors)
    ]
    return total([indices[i] for i in bound], times(*(of_atom(atom) for atom in atoms)))


FREE = Index(DIM)
SIZE = 3
NUMBERS = random.Random(7)
DATA = {
    name: {
        place: mpmath.mpf(NUMBERS.randint(-9, 9)) / 4
        for place in itertools.product(range(SIZE), repeat=rank)
    }
    for name, rank in TENSORS.items()
}


def at(poly, free):
    return value(poly, lambda name, place: DATA[name][place], {"n": SIZE}, {FREE: free})


def by_hand(factors, free):
    result = mpmath.mpf(0)
    for choice in itertools.product(range(SIZE), repeat=3):
        term = mpmath.mpf(1)
        for name, places in factors:
            at_ = tuple(free if i == 3 else choice[i] for i in places[: TENSORS[name]])
            term *= DATA[name][at_]
        result += term
    return result


@settings(max_examples=200, deadline=None, derandomize=True)
@given(products, st.permutations([0, 1, 2]), st.randoms(use_true_random=False))
def test_order_and_names_do_not_matter(factors, renaming, chance):
    shuffled = [
        (name, tuple(i if i == 3 else renaming[i] for i in places)) for name, places in factors
    ]
    chance.shuffle(shuffled)
    one = summed(factors, list)
    other = summed(shuffled, list, bound=tuple(reversed(renaming)))
    assert one.render({}, 0) == other.render({}, 0)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(products)
def test_the_value_is_kept(factors):
    poly = summed(factors, list)
    for free in range(SIZE):
        assert abs(at(poly, free) - by_hand(factors, free)) < 1e-9


@settings(max_examples=150, deadline=None, derandomize=True)
@given(products, products)
def test_equal_names_mean_equal_values(left, right):
    one, other = summed(left, list), summed(right, list)
    if one.render({}, 0) == other.render({}, 0):
        assert abs(at(one, 1) - at(other, 1)) < 1e-9


def test_symmetric_sums_are_told_from_each_other():
    """A cycle of six and two cycles of three have the same colours everywhere."""
    edge = Tensor("E")
    indices = [Index(DIM) for _ in range(6)]

    def graph(pairs):
        return total(
            indices, times(*(of_atom(Entry(edge, (indices[a], indices[b]))) for a, b in pairs))
        )

    ring = graph([(i, (i + 1) % 6) for i in range(6)])
    other_ring = graph([(0, 2), (2, 4), (4, 1), (1, 3), (3, 5), (5, 0)])
    triangles = graph([(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3)])
    assert ring.render({}, 0) == other_ring.render({}, 0)
    assert ring.render({}, 0) != triangles.render({}, 0)


def test_renaming_captures_nothing():
    i, j, k = Index(DIM), Index(DIM), Index(DIM)
    a = Tensor("A")
    row = total([k], of_atom(Entry(a, (i, k))))
    ((mono, _),) = row
    ((inner, _),) = mono
    bound = inner.bound[0]
    moved = renamed(row, {i: bound})
    expected = total([k], of_atom(Entry(a, (j, k))))
    assert renamed(moved, {bound: j}).render({}, 0) == expected.render({}, 0)


@pytest.mark.parametrize("copies", [2, 3])
def test_powers_of_a_sum_have_indices_of_their_own(copies):
    """(Σ_i x_i)² summed with y_j keeps its copies apart."""
    i, j = Index(DIM), Index(DIM)
    a = Tensor("A")
    row = total([i], of_atom(Entry(a, (i, j))))
    cube = total([j], times(*[row] * copies))
    expected = mpmath.fsum(
        mpmath.fsum(DATA["A"][(p, q)] for p in range(SIZE)) ** copies for q in range(SIZE)
    )
    assert abs(at(cube, 0) - expected) < 1e-9
