# Replays cassettes with Ruby's VCR and WebMock, and compares what Net::HTTP sees with what is expected.
#
#   ruby replay.rb PLAN.json
#
# The plan is a list of {"cassette": path, "exchanges": [{method, url, request_headers, request_body, status, headers,
# body}]}, bodies in base64. Prints a list of differences as JSON; an empty one means that all is well.

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

def sent(exchange)
  address = URI(exchange["url"])
  request = Net::HTTPGenericRequest.new(exchange["method"], true, exchange["method"] != "HEAD", address)
  request["Accept-Encoding"] = "identity" # so that Net::HTTP leaves bodies as they are
  body = text_or_bytes(Base64.decode64(exchange["request_body"]))
  request.body = body unless body.empty?
  Net::HTTP.start(address.host, address.port, use_ssl: address.scheme == "https") { |http| http.request(request) }
end

differences = []
JSON.parse(File.read(ARGV.fetch(0))).each do |plan|
  path = plan["cassette"]
  VCR.configuration.cassette_library_dir = File.dirname(path)
  name = File.basename(path, ".yml")
  VCR.use_cassette(name, record: :none, match_requests_on: %i[method uri body]) do
    plan["exchanges"].each_with_index do |exchange, number|
      answer = sent(exchange)
      fields = answer.to_hash.transform_values(&:sort) # WebMock sorts the values of a field
      seen = { "status" => answer.code.to_i, "headers" => fields, "body" => answer.body.to_s.b }
      expected = {
        "status" => exchange["status"],
        "headers" => exchange["headers"].transform_values(&:sort),
        "body" => Base64.decode64(exchange["body"]).b
      }
      seen.each do |part, value|
        wanted = expected[part]
        differences << [path, number, part, value.inspect, wanted.inspect] unless value == wanted
      end
    rescue StandardError => error
      differences << [path, number, "error", error.class.name, error.message.lines.first]
    end
  end
end
puts JSON.generate(differences)
