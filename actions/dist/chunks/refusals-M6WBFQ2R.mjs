import{credentialsRefused,refusalError}from"./chunk-BF5U3VWR.mjs";import"./chunk-BBV4ZBJH.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{credentialsRefused,refusalError};
