#include "shell/commands/notices.hpp"

#include <utility>

#include "shell/commands/session.hpp"
#include "shell/output/documents.hpp"
#include "shell/output/text.hpp"

namespace tandem::shell {
namespace {

constexpr std::size_t notices_max = 1000;  // nobody reads more at once

}  // namespace

void NoticeBoard::post(const gateway::Notice& notice) {
  const std::lock_guard lock(mutex_);
  if (notice.kind == gateway::Notice::Kind::member_used) {
    members_used_.insert(notice.node);
    return;
  }
  if (notices_.size() < notices_max) notices_.push_back(notice);
  if (when_posted_) when_posted_(notice);  // under the lock: once replaced, it is not called any more
}

void NoticeBoard::when_posted(std::function<void(const gateway::Notice&)> call) {
  const std::lock_guard lock(mutex_);
  when_posted_ = std::move(call);
}

std::vector<gateway::Notice> NoticeBoard::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(notices_, {});
}

std::set<std::string> NoticeBoard::take_members_used() {
  const std::lock_guard lock(mutex_);
  return std::exchange(members_used_, {});
}

std::string sentence(const gateway::Notice& notice, bool verbose) {
  using NoticeKind = gateway::Notice::Kind;
  const std::string why = notice.text.empty() ? "" : ": " + notice.text;
  switch (notice.kind) {
    case NoticeKind::node_connected:
      return {};  // the greeting and -v name those reached
    case NoticeKind::node_lost:
      return "connection lost to " + notice.node + why;
    case NoticeKind::node_regained:
      return "connection regained to " + notice.node + why;
    case NoticeKind::node_missing:
      return verbose ? "not reached: " + notice.node + why : "";
    case NoticeKind::damaged_copy:
      return "damaged copy of " + notice.path + " on " + notice.node + why;
    case NoticeKind::healed:
      return verbose ? "healed" + (notice.path.empty() ? "" : " " + notice.path) +
                           (notice.node.empty() ? "" : " on " + notice.node) + why
                     : "";
    case NoticeKind::warning:
      return "warning: " + (notice.node.empty() ? "" : notice.node + ": ") +
             (notice.path.empty() ? "" : notice.path + ": ") + notice.text;
    case NoticeKind::member_used:
      return {};
  }
  return {};
}

void tell_notices(Session& session) {
  if (session.notices == nullptr) return;
  for (const auto& notice : session.notices->take()) {
    if (session.json) {
      if (session.verbose) session.messages.line(notice_document(notice));
    } else if (const std::string text = sentence(notice, session.verbose); !text.empty()) {
      session.warn(text);
    }
  }
  session.messages.flush();
}

void tell_members_used(Session& session) {
  if (session.notices == nullptr) return;
  const auto members = session.notices->take_members_used();
  if (!session.verbose || members.empty()) return;
  std::string all;
  for (const auto& member : members) {
    if (session.json) {
      session.messages.line(notice_document({gateway::Notice::Kind::member_used, member, "", ""}));
    }
    all += (all.empty() ? "" : ", ") + member;
  }
  session.warn("reached " + all);
}

}  // namespace tandem::shell
