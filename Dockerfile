# GateLab in a container, which is a Hugging Face Space as well: docs/hosting.md has the commands.
FROM python:3.11-slim

# Options for installing torch alone. The CPU build, which pytorch.org/get-started/locally names, saves several GB of CUDA:
# --build-arg TORCH_OPTIONS="--index-url ..."
ARG TORCH_OPTIONS
WORKDIR /source
COPY requirements.txt ./
RUN pip install --no-cache-dir $TORCH_OPTIONS "$(grep '^torch==' requirements.txt)" \
 && pip install --no-cache-dir --requirement requirements.txt

COPY pyproject.toml README.md LICENSE app.py ./
COPY .streamlit .streamlit
COPY pages pages
COPY gatelab gatelab
RUN pip install --no-cache-dir --no-deps . && useradd --create-home --uid 1000 visitor

# A Space answers under its own name; docs/hosting.md tells how to allow another one.
ENV GATELAB_HOSTS="*.hf.space"
USER visitor
WORKDIR /home/visitor
EXPOSE 7860
HEALTHCHECK --start-period=60s CMD ["python", "-c", "from os import environ; from urllib.request import urlopen; path = environ.get('STREAMLIT_SERVER_BASE_URL_PATH', '').strip('/'); urlopen('http://127.0.0.1:7860' + ('/' + path if path else '') + '/_stcore/health', timeout=3)"]
CMD ["gatelab", "app", "--no-browser", "--port", "7860"]
