"""How a session's rows are held against peers and against the recording."""
import contextlib
import io
import pathlib
import sys
import types
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "bench"))

from harness import machine, picture, report, rows, session  # noqa: E402


def a_row(name="create", median=100.0, floor=None, better="higher", **more):
    return rows.make(name, name, "ops/s", [median] * 3, better=better, floor=[floor] * 3 if floor else None, **more)


def a_peers_row(theirs, ours):
    return {**rows.make("create", "create", "ops/s", theirs), "peer": "other", "ours": {"samples": ours}}


HERE = {"cpu": "a", "cores": 2, "file_system": "ext4 (rw)", "commit": "abc"}


def said_when_compared(measured, recorded):
    """What `--quick` decides, and what it prints."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        worse = session.compare(types.SimpleNamespace(rows=measured, machine=HERE), recorded)
    return worse, output.getvalue()


class Comparison(unittest.TestCase):
    def test_more_than_a_fifth_worse_is_named_by_its_direction(self):
        then = [a_row("rate"), a_row("time", better="lower")]
        self.assertEqual(rows.worsened([a_row("rate", 81), a_row("time", 119, better="lower")], then), [])
        self.assertEqual(rows.worsened([a_row("rate", 79), a_row("time", 121, better="lower")], then),
                         [("rate", 100, 79), ("time", 100, 121)])

    def test_a_better_row_is_not_named(self):
        self.assertEqual(rows.worsened([a_row("rate", 500)], [a_row("rate")]), [])

    def test_ratios_count_where_there_is_a_floor(self):
        then = [a_row(median=100, floor=200)]
        self.assertEqual(rows.worsened([a_row(median=10, floor=20)], then), [], "a slower machine")
        self.assertEqual(rows.worsened([a_row(median=100, floor=400)], then), [("create", 0.5, 0.25)])

    def test_more_than_a_fifth_of_a_ratio_is_named_by_its_direction(self):
        then = [a_row("rate", floor=100), a_row("time", floor=100, better="lower")]
        self.assertEqual(rows.worsened([a_row("rate", 81, 100), a_row("time", 119, 100, "lower")], then), [])
        self.assertEqual(rows.worsened([a_row("rate", 79, 100), a_row("time", 121, 100, "lower")], then),
                         [("rate", 1, 0.79), ("time", 1, 1.21)])

    def test_the_middle_sample_counts(self):
        def three(*samples):
            return rows.make("create", "create", "ops/s", list(samples))
        self.assertEqual(rows.worsened([three(1, 100, 900)], [three(90, 100, 110)]), [], "one bad run")
        self.assertEqual(rows.worsened([three(1, 70, 900)], [three(90, 100, 110)]), [("create", 100, 70)])

    def test_rows_that_were_not_recorded_are_not_compared(self):
        self.assertEqual(rows.worsened([a_row("new", 1)], [a_row("old")]), [])
        self.assertEqual(rows.worsened([a_row("both", 79)], [a_row("old"), a_row("both")]), [("both", 100, 79)])

    def test_a_ratio_is_not_compared_with_a_median(self):
        self.assertEqual(rows.worsened([a_row(floor=200)], [a_row()]), [])
        self.assertEqual(rows.worsened([a_row()], [a_row(floor=1)]), [])

    def test_a_quick_session_names_what_got_worse_and_fails(self):
        recorded = {"machine": HERE, "rows": [a_row("slow"), a_row("same")]}
        self.assertEqual(said_when_compared([a_row("slow", 79), a_row("same", 81)], recorded),
                         (True, "worse than recorded at abc: slow: 100 -> 79\n"))
        self.assertEqual(said_when_compared([a_row("slow", 81)], recorded),
                         (False, "no row is more than 20 % worse than recorded at abc\n"))

    def test_nothing_is_compared_with_another_machine_or_before_the_first_recording(self):
        elsewhere = {"machine": {**HERE, "cores": 8}, "rows": [a_row()]}
        worse, said = said_when_compared([a_row(median=1)], elsewhere)
        self.assertFalse(worse)
        self.assertRegex(said, "not compared: recorded with another cores\n$")
        worse, said = said_when_compared([a_row(median=1)], None)
        self.assertFalse(worse)
        self.assertIn("nothing is recorded yet", said)

    def test_results_of_different_machines_or_file_systems_are_not_comparable(self):
        one = {"cpu": "a", "cores": 2, "file_system": "ext4 (rw)"}
        self.assertEqual(machine.differences(one, {**one, "file_system": "ext4 (rw,discard)"}), [])
        self.assertEqual(machine.differences(one, {**one, "file_system": "tmpfs (rw)", "cores": 4}),
                         ["cores", "file system"])

    def test_a_target_against_a_peer_is_judged_where_the_peer_was_measured(self):
        row = a_row(median=100)
        row["target"] = {"against": "peer", "limit": 10, "peer": "other"}
        rows.judge_by_peers([row], {})
        self.assertEqual(row["verdict"], "open")
        rows.judge_by_peers([row], {"other": {"create": a_peers_row([10] * 3, [100] * 3)}})
        self.assertEqual((row["verdict"], row["peers"]["other"]["ratio"]["median"]), ("met", 10))
        rows.judge_by_peers([row], {"other": {"create": a_peers_row([10] * 3, [99] * 3)}})
        self.assertEqual(row["verdict"], "missed")

    def test_a_target_against_two_peers_is_met_where_both_are_reached(self):
        row = a_row(median=100)
        row["target"] = {"against": "peer", "limit": 10, "peer": "slow", "faster_than": "quick"}
        slow, quick, quicker = (a_peers_row([theirs] * 3, [100] * 3) for theirs in (10, 99, 101))
        for peers, expected in (({"slow": {"create": slow}}, "open"),
                                ({"slow": {"create": slow}, "quick": {"create": quick}}, "met"),
                                ({"slow": {"create": slow}, "quick": {"create": quicker}}, "missed"),
                                ({"quick": {"create": quicker}}, "missed")):
            rows.judge_by_peers([row], peers)
            self.assertEqual(row["verdict"], expected)
        self.assertIn("10 x slow, faster than quick: **missed**", report.table([row]))

    def test_a_peer_is_held_against_what_was_measured_in_turn_with_it(self):
        row = a_row(median=100)
        rows.judge_by_peers([row], {"other": {"create": a_peers_row([10, 100, 1000], [20, 300, 4000])}})
        self.assertEqual(row["peers"]["other"], {"median": 100, "ratio": {"median": 3, "min": 2, "max": 4}})
        self.assertIn("other 100: 3 x (2–4)", report.table([row]))

    def test_own_targets_are_judged_by_direction_and_kind(self):
        self.assertEqual(a_row(limit=100)["verdict"], "met")
        self.assertEqual(a_row(limit=99, better="lower")["verdict"], "missed")
        self.assertEqual(a_row(floor=200, limit=0.6, against="floor")["verdict"], "missed")

    def test_table_and_picture_name_every_row(self):
        measured = [a_row("one", floor=50), a_row("two", floor=400, better="lower")]
        rows.judge_by_peers(measured, {})
        self.assertIn("| two |", report.table(measured))
        drawn = picture.draw(measured, "somewhere")
        self.assertIn(">one<", drawn)
        self.assertIn("4 x floor", drawn, "a time of a quarter of the floor's is four times better")

    def test_what_is_no_row_is_refused(self):
        with self.assertRaises(ValueError):
            rows.parse('{"name": "x"}')


if __name__ == "__main__":
    unittest.main()
