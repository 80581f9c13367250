// How guarded fetch and stage calls are written in HTTP heads; both ends use it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/contract/node_service.hpp"
#include "protocol/contract/result.hpp"
#include "protocol/http/message.hpp"

namespace tandem::protocol {

inline constexpr std::string_view guard_field = "Tandem-Guard";
inline constexpr std::string_view code_field = "Tandem-Code";
inline constexpr std::string_view answer_field = "Tandem-Answer";

std::string_view answer_word(Answer answer);  // "older"
std::optional<Answer> answer_from_word(std::string_view word);

// "Tandem-Guard: CLUSTER NODE EPOCH RUN\r\n", hexadecimal.
void append_guard(std::string& fields, const CallGuard& guard);
Result<CallGuard> read_guard(const MessageHead& head);

// "/objects/<id>?stamp=...&offset=...&length=..."
std::string fetch_target(const FetchRequest& request);
std::string stage_target(const StageRequest& request);

Result<FetchRequest> read_fetch(const MessageHead& head);  // a Range field is understood, too
Result<StageRequest> read_stage(const MessageHead& head);

void append_fetch_head(std::string& fields, const FetchHead& head);
Result<FetchHead> read_fetch_head(const MessageHead& head);
void append_stage_reply(std::string& fields, const StageReply& reply);
Result<StageReply> read_stage_reply(const MessageHead& head);

}  // namespace tandem::protocol
