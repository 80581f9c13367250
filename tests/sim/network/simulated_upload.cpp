#include "tests/sim/network/simulated_upload.hpp"

#include <utility>

namespace tandem::sim {
namespace {

struct Transfer {
  std::shared_ptr<Conversation> conversation{};
  ByteChannel body{};
  std::size_t bytes_unread = 0;
  bool complete = false;   // finish_sending() was called
  bool cut = false;        // what is sent from now on does not arrive
  bool abandoned = false;  // the client closed the connection
  std::vector<Waiter> node_waits{};
  std::optional<Result<StageReply>> result{};

  Scheduler& scheduler() { return conversation->route().network.scheduler(); }
  void wake_node() {
    for (const Waiter& waiter : std::exchange(node_waits, {})) scheduler().wake(waiter);
  }
};

constexpr std::size_t unread_bytes_max = std::size_t{256} * 1024;  // then the sender waits
constexpr Duration look_around = std::chrono::seconds(1);
constexpr int looks_before_giving_up = 60;

// The next piece at the node; nothing: the body is complete, or the connection has ended.
std::optional<std::string> next_piece(Transfer& transfer) {
  int looks = 0;
  while (transfer.body.empty() && !transfer.complete && !transfer.abandoned) {
    const bool sender_lives = transfer.conversation->route().client.alive();
    if (!sender_lives || ++looks > looks_before_giving_up) {
      transfer.abandoned = true;
      return std::nullopt;
    }
    transfer.node_waits.push_back(transfer.scheduler().waiter());
    transfer.scheduler().wait_until(transfer.scheduler().now() + look_around, "body of an upload");
  }
  if (transfer.body.empty()) return std::nullopt;
  std::string piece = transfer.body.pop();
  transfer.bytes_unread -= piece.size();
  transfer.conversation->progress();
  return piece;
}

Result<StageReply> receive(Transfer& transfer, StageSink& sink) {
  while (const auto piece = next_piece(transfer)) {
    if (const Status written = sink.write(std::as_bytes(std::span(*piece))); !written) return written.error();
  }
  if (!transfer.complete) return Error{Code::unavailable, "the sender went away"};
  return sink.finish();
}

void take_upload(const std::shared_ptr<Transfer>& transfer, const CallGuard& guard,
                 const StageRequest& request, NodeService& node) {
  auto sink = node.stage(guard, request);
  Result<StageReply> answer = sink ? receive(*transfer, **sink) : Result<StageReply>(sink.error());
  send_reply(transfer->conversation, [transfer, answer = std::move(answer)] { transfer->result = answer; });
}

class SimUpload final : public gateway::Upload {
 public:
  explicit SimUpload(std::shared_ptr<Transfer> transfer) : transfer_(std::move(transfer)) {}

  ~SimUpload() override {
    transfer_->conversation->abandon();
    if (transfer_->complete) return;
    transfer_->abandoned = true;
    transfer_->wake_node();
  }

  Status write(std::span<const std::byte> bytes) override {
    Transfer& transfer = *transfer_;
    Status room = transfer.conversation->wait_for(
        [&] { return transfer.result || transfer.bytes_unread < unread_bytes_max; });
    if (!room) return room;
    if (transfer.result) {
      if (*transfer.result) return Error{Code::invalid, "the upload is over"};
      return transfer.result->error();
    }
    check_cut();
    if (transfer.cut || bytes.empty()) return success();
    transfer.body.push(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    transfer.bytes_unread += bytes.size();
    transfer.wake_node();
    return success();
  }

  Status finish_sending() override {
    check_cut();
    if (!transfer_->cut) transfer_->complete = true;
    transfer_->wake_node();
    return success();
  }

  Result<StageReply> collect() override {
    const Status waited = transfer_->conversation->wait_for([this] { return transfer_->result.has_value(); });
    if (!waited) return waited.error();
    return *transfer_->result;
  }

 private:
  void check_cut() {
    Route& route = transfer_->conversation->route();
    if (route.network.blocked(route.client.name(), route.address)) transfer_->cut = true;
  }

  std::shared_ptr<Transfer> transfer_;
};

}  // namespace

std::unique_ptr<gateway::Upload> start_upload(std::shared_ptr<Route> route, const CallGuard& guard,
                                              const StageRequest& request) {
  auto transfer = std::make_shared<Transfer>();
  transfer->conversation = std::make_shared<Conversation>(std::move(route), "stage");
  send_request(transfer->conversation, false, [transfer, guard, request](NodeService& node) {
    take_upload(transfer, guard, request, node);
  });
  return std::make_unique<SimUpload>(std::move(transfer));
}

}  // namespace tandem::sim
