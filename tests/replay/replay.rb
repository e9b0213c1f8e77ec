# Replays cassettes with Ruby's VCR and WebMock, and prints what Net::HTTP sees.
#
#   ruby replay.rb PLAN.json
#
# The plan is a list of {"cassette": path, "exchanges": [{method, url, request_body}]}, bodies in base64. Printed is for
# each cassette a list of {status, headers, body, error}.

require "base64"
require "json"
require "net/http"
require "vcr"
require "webmock"

VCR.configure do |config|
  config.hook_into :webmock
  config.allow_http_connections_when_no_cassette = false
end

# Texts of a program are UTF-8, and Ruby's VCR takes the same bytes in another encoding for another body.
def text_or_bytes(content)
  text = content.dup.force_encoding("UTF-8")
  text.valid_encoding? ? text : content
end

def ask(exchange)
  address = URI(exchange["url"])
  request = Net::HTTPGenericRequest.new(exchange["method"], true, exchange["method"] != "HEAD", address)
  request["Accept-Encoding"] = "identity" # so that Net::HTTP leaves bodies as they are
  body = text_or_bytes(Base64.decode64(exchange["request_body"]))
  request.body = body unless body.empty?
  answer = Net::HTTP.start(address.host, address.port, use_ssl: address.scheme == "https") { |http| http.request(request) }
  { status: answer.code.to_i, headers: answer.to_hash, body: Base64.strict_encode64(answer.body.to_s), error: "" }
rescue StandardError => error
  { status: 0, headers: {}, body: "", error: "#{error.class.name}: #{error.message.strip.lines.first}" }
end

answers = JSON.parse(File.read(ARGV.fetch(0))).map do |plan|
  VCR.configuration.cassette_library_dir = File.dirname(plan["cassette"])
  VCR.use_cassette(File.basename(plan["cassette"], ".yml"), record: :none, match_requests_on: %i[method uri body]) do
    plan["exchanges"].map { |exchange| ask(exchange) }
  end
end
puts JSON.generate(answers)
