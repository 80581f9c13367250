#include <cstdlib>
#include <string>

#include "protocol/wire/base64.hpp"
#include "protocol/wire/node_codec.hpp"
#include "tests/fuzz/protocol/targets.hpp"

namespace tandem::fuzz {
namespace {

using namespace protocol;

void require(bool condition) {
  if (!condition) std::abort();
}

template <class Reply>
void reply_round_trip(std::string_view input) {
  const auto first = decode_reply<Reply>(input);
  if (!first) return;
  const std::string written = encode_reply(*first);
  const auto second = decode_reply<Reply>(written);
  require(second.ok());
  require(encode_reply(*second) == written);
}

void settle_round_trip(std::string_view input) {
  const auto first = decode_settle(input);
  if (!first) return;
  for (const std::string& written : encode_settles(first->guard, first->items, first->durable)) {
    const auto second = decode_settle(written);
    require(second.ok());
    const auto again = encode_settles(second->guard, second->items, second->durable);
    require(again.size() == 1 && again.front() == written);
  }
}

void look_round_trip(std::string_view input) {
  const auto first = decode_look(input);
  if (!first) return;
  const std::string written = encode_look(first->guard, first->ids, first->claim);
  const auto second = decode_look(written);
  require(second && second->ids == first->ids && second->claim == first->claim);
}

void other_requests(std::string_view input) {
  static_cast<void>(decode_join(input));
  static_cast<void>(decode_adopt_epoch(input));
  static_cast<void>(decode_inventory(input));
  static_cast<void>(decode_staged(input));
  static_cast<void>(decode_verify(input));
  static_cast<void>(decode_tree(input));
  if (const auto drop = decode_drop_staged(input)) {
    require(decode_drop_staged(encode_drop_staged(drop->guard, drop->which)).ok());
  }
}

void base64_round_trip(std::string_view input) {
  require(decode_base64(encode_base64(input)) == input);
  if (const auto bytes = decode_base64(input)) require(decode_base64(encode_base64(*bytes)) == bytes);
}

}  // namespace

void node_messages(std::string_view input) {
  if (input.empty()) return;
  using Round = void (*)(std::string_view);
  constexpr Round rounds[] = {settle_round_trip,
                              look_round_trip,
                              other_requests,
                              base64_round_trip,
                              reply_round_trip<NodeIdentity>,
                              reply_round_trip<NodeStatus>,
                              reply_round_trip<std::vector<ObjectState>>,
                              reply_round_trip<std::vector<Answer>>,
                              reply_round_trip<InventoryPage>,
                              reply_round_trip<std::vector<StagedState>>,
                              reply_round_trip<Answer>,
                              reply_round_trip<std::vector<TreeEntry>>};
  const auto choice = static_cast<unsigned char>(input.front()) % std::size(rounds);
  rounds[choice](input.substr(1));
}

}  // namespace tandem::fuzz
