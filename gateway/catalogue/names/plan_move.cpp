#include <algorithm>
#include <utility>

#include "gateway/catalogue/names/names.hpp"
#include "gateway/catalogue/names/plan_parts.hpp"
#include "gateway/catalogue/names/read_again.hpp"
#include "gateway/catalogue/records/keys.hpp"

namespace tandem::gateway {

struct Names::Ends {
  Place source{};
  Place target{};

  const Resolved& moved() const { return *source.occupant; }
  bool is_directory() const { return moved().record.kind == Kind::directory; }
  bool same_object() const { return target.occupant && target.occupant->id == moved().id; }
};

Status Names::check_ends(const Ends& ends, std::string_view from, std::string_view to, bool no_replace) {
  if (!ends.target.occupant) return success();
  const std::string target(to);
  if (no_replace) return Error{Code::exists, "exists already"}.at(target);
  const bool onto_directory = ends.target.occupant->record.kind == Kind::directory;
  if (ends.same_object() || (!ends.is_directory() && !onto_directory)) return success();
  if (!ends.is_directory()) {
    return Error{Code::is_directory, "is a directory, which a file cannot replace"}.at(target).hint(
        "name the place inside it");
  }
  if (!onto_directory) {
    return Error{Code::not_directory,
                 "is not a directory, so the directory " + std::string(from) + " cannot replace it"}
        .at(target);
  }
  return check_empty(ends.target.occupant->id, to);
}

Result<bool> Names::leads_through(const ObjectId& directory, const ObjectId& ancestor) {
  if (directory == ancestor) return true;
  return read_again<bool>("", [&]() -> Result<std::optional<bool>> {
    const auto steps = collect_steps({{directory, ""}});
    if (!steps.ok()) return steps.error();
    if (!*steps) return std::optional<bool>();
    return std::optional<bool>(std::any_of((*steps)->begin(), (*steps)->end(),
                                           [&](const DirectoryStep& step) { return step.id == ancestor; }));
  });
}

// Two directory moves, each right by itself, can make a cycle together. So each that changes a parent writes
// one key, at the revision that was there before it looked at the ancestors.
Status Names::guard_directory_move(const Ends& ends, std::string_view from, std::string_view to, Plan& plan) {
  if (!ends.is_directory() || ends.source.directory == ends.target.directory) return success();
  const std::string key(keys::directory_move);
  const auto last_move = catalogue_.find(key);
  if (!last_move.ok()) return last_move.error();
  const auto into_itself = leads_through(ends.target.directory, ends.moved().id);
  if (!into_itself.ok()) return into_itself.error();
  if (*into_itself) {
    return Error{Code::invalid, "a directory cannot be moved into itself (" + std::string(to) + ")"}.at(
        std::string(from));
  }
  plan.transaction.conditions.push_back(*last_move == nullptr ? Condition::absent(key)
                                                              : Condition::at(key, (*last_move)->revision));
  plan.transaction.changes.push_back(Change::put(key, std::string(ends.moved().id.raw())));
  return success();
}

Result<Plan> Names::plan_move(std::string_view from, std::string_view to, bool no_replace) {
  return plan_again(catalogue_, [&] { return plan_move_once(from, to, no_replace); });
}

Result<Plan> Names::plan_move_once(std::string_view from, std::string_view to, bool no_replace) {
  auto ends = read_again<Ends>(from, [&]() -> Result<std::optional<Ends>> {
    auto source = place(from);
    if (!source.ok()) return std::move(source).error();
    if (!source->occupant) return Error{Code::not_found, "does not exist"}.at(std::string(from));
    auto target = place(to);
    if (!target.ok()) return std::move(target).error();
    Ends both{*std::move(source), *std::move(target)};
    // One record, read twice: both names are its names at one moment only if it is the same version.
    if (both.same_object() && both.moved().revision != both.target.occupant->revision)
      return std::optional<Ends>();
    // One place, read twice: another object may have come to stand there in between.
    const bool same_place =
        both.source.directory == both.target.directory && both.source.name == both.target.name;
    if (same_place && !both.same_object()) return std::optional<Ends>();
    return std::optional<Ends>(std::move(both));
  });
  if (!ends.ok()) return std::move(ends).error();
  const Place& target = ends->target;
  Plan plan;
  if (!ends->same_object()) {
    if (Status status = guard_directory_move(*ends, from, to, plan); !status.ok())
      return std::move(status).error();
  }
  if (Status status = check_ends(*ends, from, to, no_replace); !status.ok()) return std::move(status).error();
  if (ends->same_object()) return plan;

  const Resolved& moved = ends->moved();
  const Name old_name{ends->source.directory, ends->source.name};
  const Name new_name{target.directory, target.name};
  const std::string target_key = keys::name(target.directory, target.name);
  auto& [conditions, changes] = plan.transaction;
  guard_occupant(ends->source, plan);
  if (!target.occupant) conditions.push_back(Condition::absent(target_key));
  conditions.push_back(Condition::present(keys::record(target.directory)));
  if (target.occupant) {
    guard_occupant(target, plan);
    drop_name(*target.occupant, new_name, plan);
    owe(*target.occupant, plan);
  }
  ObjectRecord next = moved.record;
  std::replace(next.names.begin(), next.names.end(), old_name, new_name);
  changes.push_back(Change::erase(keys::name(old_name.directory, old_name.name)));
  changes.push_back(Change::put(target_key, encode(NameValue{moved.id, next.kind})));
  changes.push_back(Change::put(keys::record(moved.id), encode(next)));
  owe(moved, plan);
  return plan;
}

}  // namespace tandem::gateway
